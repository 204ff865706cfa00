-- tracing v2 session_traces → sessions. The metadata is a list of {metadata_type, data}, or an object.
SELECT
  session_id,
  experiment_id,
  'session' AS kind,
  coalesce(
    TRY(json_extract_string(metadata, '$[*].data.title')[1]),
    TRY(json_extract_string(metadata, '$.title'))
  ) AS title,
  CASE WHEN error IS NULL THEN 'unknown' ELSE 'error' END AS status,
  created_at,
  error,
  metadata,
  row_key AS session_no
FROM (
  SELECT
    *,
    coalesce(
      TRY(json_extract_string(metadata, '$[*].data.error')[1]),
      TRY(json_extract_string(metadata, '$.error'))
    ) AS error
  FROM piece
)
WHERE session_id IS NOT NULL
ORDER BY row_key DESC
