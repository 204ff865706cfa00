-- tracing v2 session_timesteps → timesteps. The turn is in the metadata; a step has one time, taken for its start.
SELECT
  coalesce(id, row_key) AS step_key,
  session_id,
  step_id,
  step_index,
  coalesce(
    TRY_CAST(TRY(json_extract_string(step_metadata, '$.turn_number')) AS INTEGER),
    TRY_CAST(TRY(json_extract_string(step_metadata, '$.turn')) AS INTEGER)
  ) AS turn_number,
  "timestamp" AS started_at,
  step_metadata AS metadata
FROM piece
WHERE session_id IS NOT NULL
