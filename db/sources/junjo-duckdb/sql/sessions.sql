-- Traces → sessions. The root is the span without a parent in its trace; where there is none, the one that began first.
WITH spans AS (
  SELECT
    lower(trace_id) AS trace_id,
    name,
    start_time,
    end_time,
    service_name,
    row_key,
    status_message,
    upper(coalesce(status_code, '')) IN ('2', 'ERROR', 'STATUS_CODE_ERROR') AS is_error,
    coalesce(parent_span_id, '') = '' AS is_root
  FROM whole.spans
  WHERE trace_id IS NOT NULL AND trace_id <> '' AND span_id IS NOT NULL AND span_id <> ''
)
SELECT
  trace_id AS session_id,
  'trace' AS kind,
  first(name ORDER BY NOT is_root, start_time, row_key) AS title,
  CASE WHEN first(is_error ORDER BY NOT is_root, start_time, row_key) THEN 'error'
    WHEN bool_and(end_time IS NOT NULL) THEN 'completed' ELSE 'unknown' END AS status,
  min(start_time) AS created_at,
  min(start_time) AS started_at,
  max(end_time) AS ended_at,
  CASE WHEN first(is_error ORDER BY NOT is_root, start_time, row_key)
    THEN coalesce(nullif(first(coalesce(status_message, '') ORDER BY NOT is_root, start_time, row_key), ''), 'The root span failed.') END AS error,
  CAST(json_object('service_name', first(service_name ORDER BY NOT is_root, start_time, row_key), 'spans', count(*)) AS VARCHAR) AS metadata,
  row_number() OVER (ORDER BY min(row_key)) AS session_no
FROM spans
GROUP BY trace_id
ORDER BY min(start_time) DESC, trace_id
