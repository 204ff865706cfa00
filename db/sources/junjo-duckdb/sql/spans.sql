-- Junjo spans → spans, each once. Absent text is '' there and absent JSON {} or []: both become NULL. Its DuckDB writer swapped INTERNAL
-- and CLIENT; the numbers of its Parquet files are OpenTelemetry's own.
SELECT
  lower(s.trace_id) AS trace_id,
  lower(s.span_id) AS span_id,
  lower(nullif(s.parent_span_id, '')) AS parent_span_id,
  lower(s.trace_id) AS session_id,
  nullif(s.service_name, '') AS service_name,
  nullif(s.name, '') AS name,
  CASE
    WHEN s.span_kind IS NOT NULL THEN ['INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'][s.span_kind]
    WHEN upper(s.kind) = 'INTERNAL' THEN 'CLIENT'
    WHEN upper(s.kind) = 'CLIENT' THEN 'INTERNAL'
    WHEN upper(s.kind) IN ('SERVER', 'PRODUCER', 'CONSUMER') THEN upper(s.kind)
  END AS kind,
  s.start_ns,
  s.end_ns,
  s.start_time,
  s.end_time,
  CASE replace(upper(coalesce(s.status_code, '')), 'STATUS_CODE_', '')
    WHEN '1' THEN 'OK' WHEN 'OK' THEN 'OK' WHEN '2' THEN 'ERROR' WHEN 'ERROR' THEN 'ERROR'
    WHEN '0' THEN 'UNSET' WHEN 'UNSET' THEN 'UNSET' WHEN '' THEN 'UNSET'
  END AS status_code,
  nullif(s.status_message, '') AS status_message,
  CASE WHEN trim(coalesce(s.attributes_json, s.attributes)) NOT IN ('', '{}', 'null') THEN coalesce(s.attributes_json, s.attributes) END
    AS attributes_json,
  CASE WHEN trim(coalesce(s.events_json, s.events)) NOT IN ('', '{}', '[]', 'null') THEN coalesce(s.events_json, s.events) END AS events_json,
  CASE WHEN trim(s.links_json) NOT IN ('', '{}', '[]', 'null') THEN s.links_json END AS links_json,
  s.trace_flags,
  nullif(s.trace_state, '') AS trace_state,
  coalesce(nullif(s.junjo_id, ''), nullif(s.workflow_id, ''), nullif(s.node_id, ''),
    TRY(json_extract_string(s.attributes, '$."junjo.id"')), TRY(json_extract_string(s.attributes, '$."junjo.executable_runtime_id"'))) AS junjo_id,
  coalesce(nullif(s.junjo_parent_id, ''), TRY(json_extract_string(s.attributes, '$."junjo.parent_id"')),
    TRY(json_extract_string(s.attributes, '$."junjo.parent_executable_runtime_id"'))) AS junjo_parent_id,
  coalesce(nullif(s.junjo_span_type, ''), nullif(s.span_type, ''), TRY(json_extract_string(s.attributes, '$."junjo.span_type"')))
    AS junjo_span_type,
  coalesce(
    CASE WHEN trim(s.junjo_wf_state_start) NOT IN ('', '{}', 'null') THEN s.junjo_wf_state_start END,
    CASE WHEN trim(s.initial_state) NOT IN ('', '{}', 'null') THEN s.initial_state END,
    TRY(json_extract_string(s.attributes, '$."junjo.workflow.state.start"')),
    TRY(json_extract_string(s.attributes, '$."junjo.agent.state.start"'))
  ) AS junjo_wf_state_start,
  coalesce(
    CASE WHEN trim(s.junjo_wf_state_end) NOT IN ('', '{}', 'null') THEN s.junjo_wf_state_end END,
    CASE WHEN trim(s.final_state) NOT IN ('', '{}', 'null') THEN s.final_state END,
    TRY(json_extract_string(s.attributes, '$."junjo.workflow.state.end"')),
    TRY(json_extract_string(s.attributes, '$."junjo.agent.state.end"'))
  ) AS junjo_wf_state_end,
  coalesce(
    CASE WHEN trim(s.junjo_wf_graph_structure) NOT IN ('', '{}', 'null') THEN s.junjo_wf_graph_structure END,
    TRY(json_extract_string(s.attributes, '$."junjo.workflow.graph_structure"')),
    TRY(json_extract_string(s.attributes, '$."junjo.workflow.execution_graph_snapshot"'))
  ) AS junjo_wf_graph_structure,
  coalesce(nullif(s.junjo_wf_store_id, ''), TRY(json_extract_string(s.attributes, '$."junjo.workflow.store.id"')),
    TRY(json_extract_string(s.attributes, '$."junjo.agent.store.id"'))) AS junjo_wf_store_id
FROM piece s
LEFT JOIN repeated_spans r ON r.trace_id = lower(s.trace_id) AND r.span_id = lower(s.span_id)
WHERE s.trace_id <> '' AND s.span_id <> '' AND (r.kept IS NULL OR r.kept = s.row_key)
ORDER BY s.row_key
