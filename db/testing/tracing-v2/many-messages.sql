-- The messages of many.sql. Parameter: $sessions.
INSERT INTO messages (session_id, message_type, content, timestamp, event_time, message_time)
SELECT format('many-{:06d}', s), ['user', 'assistant'][k + 1], format('"message {} of turn {}"', k, t),
  TIMESTAMP '2025-08-01 00:00:00' + INTERVAL (s) MINUTE + INTERVAL (31) SECOND,
  TIMESTAMP '2025-08-01 00:00:00' + INTERVAL (s) MINUTE + INTERVAL (t) SECOND, t
FROM range($sessions) a (s), range(4) b (t), range(2) c (k)
ORDER BY s, t, k;
