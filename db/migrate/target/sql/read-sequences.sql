-- The highest number that each numbered table has given or holds; `was_listed`: the list of numbers has the table.
SELECT t.name, max(coalesce(s.seq, 0), t.highest) AS highest, s.name IS NOT NULL AS was_listed, coalesce(s.seq, 0) AS seq FROM (
  SELECT 'experimental_systems' AS name, (SELECT coalesce(max(id), 0) FROM experimental_systems) AS highest
  UNION ALL SELECT 'session_timesteps', (SELECT coalesce(max(id), 0) FROM session_timesteps)
  UNION ALL SELECT 'events', (SELECT coalesce(max(id), 0) FROM events)
  UNION ALL SELECT 'messages', (SELECT coalesce(max(id), 0) FROM messages)
) t LEFT JOIN sqlite_sequence s ON s.name = t.name
