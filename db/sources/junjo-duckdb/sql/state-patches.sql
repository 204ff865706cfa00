-- Junjo state_patches → state_patches, each once. The workflow is '' on the patches of nodes: it is the one that has the store.
SELECT
  coalesce(p.patch_id, 'row ' || p.row_key) AS patch_id,
  nullif(p.service_name, '') AS service_name,
  lower(p.trace_id) AS trace_id,
  lower(p.span_id) AS span_id,
  coalesce(nullif(p.workflow_id, ''), s.workflow_id) AS workflow_id,
  nullif(p.node_id, '') AS node_id,
  p.event_time,
  p.event_ns,
  coalesce(p.patch_json, '{}') AS patch_json,
  nullif(p.patch_store_id, '') AS patch_store_id
FROM piece p
LEFT JOIN stores s ON s.trace_id = lower(p.trace_id) AND s.store_id = p.patch_store_id
LEFT JOIN repeated_patches r ON r.trace_id = lower(p.trace_id) AND r.span_id = lower(p.span_id)
  AND r.event_time IS NOT DISTINCT FROM p.event_time AND r.patch_store_id IS NOT DISTINCT FROM p.patch_store_id AND r.patch = hash(p.patch_json)
WHERE p.trace_id <> '' AND p.span_id <> '' AND (r.kept IS NULL OR r.kept = p.row_key)
ORDER BY p.row_key
