-- Guixu's trace_spans → spans.
SELECT
  trace_id,
  span_id,
  nullif(parent_span_id, '') AS parent_span_id,
  trace_id AS session_id,
  "source" AS service_name,
  span_name AS name,
  start_ns,
  end_ns,
  start_time,
  end_time,
  CASE WHEN error IS NULL THEN 'UNSET' ELSE 'ERROR' END AS status_code,
  error AS status_message,
  CASE WHEN attributes NOT IN ('', '{}', 'null') THEN attributes END AS attributes_json
FROM piece
WHERE trace_id IS NOT NULL AND span_id IS NOT NULL
ORDER BY row_key
