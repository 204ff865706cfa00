-- Ordinary sessions in number, always the same. Parameter: $sessions. Each has 4 steps, 12 events and 8 messages.
INSERT INTO session_traces
SELECT format('many-{:06d}', s), TIMESTAMP '2025-08-01 00:00:00' + INTERVAL (s) MINUTE, 4, 12, 8,
  format('[{{"metadata_type": "episode_config", "data": {{"seed": {}}}}}]', s), CASE WHEN s % 2 = 0 THEN 'exp-1' END
FROM range($sessions) t (s);
