-- Keys that a table holds twice or not at all, which no file of tracing v2 does.
SELECT what, count(*) AS n FROM (
  SELECT 'session_traces' AS what FROM v2_session_traces GROUP BY session_id HAVING count(*) > 1 OR session_id IS NULL
  UNION ALL SELECT 'session_timesteps' FROM v2_session_timesteps GROUP BY id HAVING count(*) > 1 OR id IS NULL OR id < 0
  UNION ALL SELECT 'session_timesteps' FROM v2_session_timesteps GROUP BY session_id, step_id HAVING count(*) > 1 OR session_id IS NULL OR step_id IS NULL
  UNION ALL SELECT 'events' FROM v2_events GROUP BY id HAVING count(*) > 1 OR id IS NULL OR id < 0
  UNION ALL SELECT 'messages' FROM v2_messages GROUP BY id HAVING count(*) > 1 OR id IS NULL OR id < 0
  UNION ALL SELECT 'events' FROM v2_events WHERE session_id IS NULL OR event_type IS NULL
  UNION ALL SELECT 'messages' FROM v2_messages WHERE session_id IS NULL OR content IS NULL
) GROUP BY what ORDER BY what
