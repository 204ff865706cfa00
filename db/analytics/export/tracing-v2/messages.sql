-- Messages as tracing v2 wrote them, by id: content is JSON, text becomes a JSON string. No parameters.
SELECT n.id, x.session_id, narrow(CASE WHEN k.kept IS NULL THEN t.id ELSE whole_v2(k.kept, '$.timestep_id') END) AS timestep_id,
  CASE WHEN k.kept IS NULL THEN x.role ELSE coalesce(json_extract_string(k.kept, '$.message_type'), x.role) END AS message_type,
  CASE
    WHEN json_exists(k.kept, '$.content') THEN as_json(json_extract_string(k.kept, '$.content'))
    WHEN json_exists(k.kept, '$.before')
      THEN CAST(json_extract_string(k.kept, '$.before') || to_json(x.content)::VARCHAR || json_extract_string(k.kept, '$.after') AS JSON)
    WHEN k.kept IS NOT NULL OR (json_valid(x.content) AND json_type(x.content) IN ('OBJECT', 'ARRAY')) THEN as_json(x.content)
    ELSE to_json(x.content) END AS content,
  CASE WHEN k.kept IS NULL THEN x.occurred_at ELSE time_v2(k.kept, '$.timestamp') END AS timestamp,
  CASE WHEN k.kept IS NULL THEN x.occurred_at ELSE time_v2(k.kept, '$.event_time') END AS event_time,
  narrow(x.sequence) AS message_time
FROM messages x JOIN messages_v2 n USING (source_id, message_key)
LEFT JOIN steps_v2 t ON t.source_id = x.source_id AND t.step_key = x.step_key,
  LATERAL (SELECT kept_v2(x.metadata) AS kept) k
ORDER BY n.id
