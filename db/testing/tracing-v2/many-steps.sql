-- The steps of many.sql. Parameter: $sessions.
INSERT INTO session_timesteps (session_id, step_id, step_index, timestamp, num_events, num_messages, step_metadata)
SELECT format('many-{:06d}', s), format('turn_{}', t), t, TIMESTAMP '2025-08-01 00:00:00' + INTERVAL (s) MINUTE + INTERVAL (t) SECOND, 3, 2,
  format('{{"turn_number": {}}}', t)
FROM range($sessions) a (s), range(4) b (t)
ORDER BY s, t;
