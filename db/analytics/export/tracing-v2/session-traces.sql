-- Sessions as tracing v2 wrote them, oldest first. Metadata that never was a list becomes one of a single entry. No parameters.
SELECT x.session_id,
  CASE WHEN json_type(k.kept, '$.created_at') IS DISTINCT FROM 'NULL' THEN x.created_at END AS created_at,
  narrow(CASE WHEN k.kept IS NULL THEN t.steps ELSE whole_v2(k.kept, '$.num_timesteps') END) AS num_timesteps,
  narrow(CASE WHEN k.kept IS NULL THEN t.events ELSE whole_v2(k.kept, '$.num_events') END) AS num_events,
  narrow(CASE WHEN k.kept IS NULL THEN t.messages ELSE whole_v2(k.kept, '$.num_messages') END) AS num_messages,
  as_json(CASE WHEN k.kept IS NOT NULL THEN metadata_v2(x.metadata, k.kept)
    WHEN x.metadata IS NULL OR (json_valid(x.metadata) AND json_type(x.metadata) = 'ARRAY') THEN x.metadata
    ELSE '[{"metadata_type": "metadata", "data": ' || as_json(x.metadata)::VARCHAR || '}]' END) AS metadata,
  x.experiment_id
FROM sessions x JOIN chosen_v2 c ON c.source_id = x.source_id AND c.session_id = x.session_id AND NOT c.is_placeholder
LEFT JOIN session_stats t ON t.source_id = x.source_id AND t.session_id = x.session_id,
  LATERAL (SELECT kept_v2(x.metadata) AS kept) k
ORDER BY 2 NULLS FIRST, 1
