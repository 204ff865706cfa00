-- Where the file has no table of state patches: the `set_state` events of its spans → state_patches. Nanoseconds are a number or a text.
SELECT
  coalesce(TRY(json_extract_string(e.event, '$.attributes.id')), lower(s.span_id) || ' ' || e.place) AS patch_id,
  nullif(s.service_name, '') AS service_name,
  lower(s.trace_id) AS trace_id,
  lower(s.span_id) AS span_id,
  t.workflow_id,
  CASE WHEN coalesce(nullif(s.junjo_span_type, ''), TRY(json_extract_string(s.attributes, '$."junjo.span_type"'))) = 'node'
    THEN coalesce(nullif(s.junjo_id, ''), TRY(json_extract_string(s.attributes, '$."junjo.id"'))) END AS node_id,
  make_timestamp(CAST(TRY_CAST(json_extract_string(e.event, '$.timeUnixNano') AS BIGINT) // 1000 AS BIGINT)) AS event_time,
  TRY_CAST(json_extract_string(e.event, '$.timeUnixNano') AS BIGINT) AS event_ns,
  coalesce(json_extract_string(e.event, '$.attributes."junjo.state_json_patch"'), '{}') AS patch_json,
  json_extract_string(e.event, '$.attributes."junjo.store.id"') AS patch_store_id
FROM piece s
CROSS JOIN LATERAL (
  SELECT unnest(events) AS event, generate_subscripts(events, 1) AS place
  FROM (SELECT TRY(json_extract(coalesce(s.events_json, s.events), '$[*]')) AS events)
) e
LEFT JOIN repeated_spans r ON r.trace_id = lower(s.trace_id) AND r.span_id = lower(s.span_id)
LEFT JOIN stores t ON t.trace_id = lower(s.trace_id) AND t.store_id = json_extract_string(e.event, '$.attributes."junjo.store.id"')
WHERE s.trace_id <> '' AND s.span_id <> '' AND (r.kept IS NULL OR r.kept = s.row_key)
  AND json_extract_string(e.event, '$.name') = 'set_state'
  AND NOT EXISTS (FROM whole.state_patches)
ORDER BY s.row_key, e.place
