-- The same spans as Junjo's newer server keeps them: everything in `attributes`, kinds and states as OpenTelemetry's numbers, nanoseconds.
SELECT span_id, trace_id, nullif(parent_span_id, '') AS parent_span_id, service_name, name,
  CASE kind WHEN 'CLIENT' THEN 1 WHEN 'SERVER' THEN 2 WHEN 'INTERNAL' THEN 3 END::TINYINT AS span_kind,
  CAST(CAST(start_time AS TIMESTAMP) AS TIMESTAMP_NS) AS start_time,
  CAST(CAST(end_time AS TIMESTAMP) AS TIMESTAMP_NS) AS end_time,
  CASE WHEN status_code IN ('1', 'STATUS_CODE_OK') THEN 1 WHEN status_code IN ('2', 'STATUS_CODE_ERROR') THEN 2 ELSE 0 END::TINYINT AS status_code,
  nullif(status_message, '') AS status_message,
  CAST(json_merge_patch(attributes_json, json_object(
    'junjo.id', nullif(junjo_id, ''), 'junjo.parent_id', nullif(junjo_parent_id, ''), 'junjo.span_type', nullif(junjo_span_type, ''),
    'junjo.workflow.state.start', CASE WHEN junjo_span_type = 'workflow' AND trace_id LIKE '0%' THEN CAST(junjo_wf_state_start AS VARCHAR) END,
    'junjo.workflow.state.end', CASE WHEN junjo_span_type = 'workflow' AND trace_id LIKE '0%' THEN CAST(junjo_wf_state_end AS VARCHAR) END,
    'junjo.workflow.graph_structure', CASE WHEN junjo_span_type = 'workflow' AND trace_id LIKE '0%' THEN CAST(junjo_wf_graph_structure AS VARCHAR) END,
    'junjo.workflow.store.id', nullif(junjo_wf_store_id, '')
  )) AS VARCHAR) AS attributes,
  CAST(events_json AS VARCHAR) AS events, '{}' AS resource_attributes, 2025 AS year, 9 AS month
FROM spans
