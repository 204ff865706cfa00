-- Steps as tracing v2 wrote them, by id. No parameters.
SELECT n.id, x.session_id, coalesce(x.step_id, 'step_' || n.id) AS step_id, coalesce(x.step_index, x.turn_number, 0) AS step_index,
  coalesce(x.started_at, x.completed_at, s.created_at, TIMESTAMP '1970-01-01') AS timestamp,
  narrow(CASE WHEN k.kept IS NULL THEN e.n ELSE whole_v2(k.kept, '$.num_events') END) AS num_events,
  narrow(CASE WHEN k.kept IS NULL THEN m.n ELSE whole_v2(k.kept, '$.num_messages') END) AS num_messages,
  as_json(CASE WHEN k.kept IS NULL THEN x.metadata ELSE metadata_v2(x.metadata, k.kept) END) AS step_metadata
FROM timesteps x JOIN steps_v2 n USING (source_id, step_key)
LEFT JOIN sessions s ON s.source_id = x.source_id AND s.session_id = x.session_id
LEFT JOIN (SELECT source_id, step_key, count(*) AS n FROM events GROUP BY ALL) e ON e.source_id = x.source_id AND e.step_key = x.step_key
LEFT JOIN (SELECT source_id, step_key, count(*) AS n FROM messages GROUP BY ALL) m ON m.source_id = x.source_id AND m.step_key = x.step_key,
  LATERAL (SELECT kept_v2(x.metadata) AS kept) k
ORDER BY n.id
