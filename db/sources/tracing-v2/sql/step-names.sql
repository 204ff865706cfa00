-- Every way in which the metadata of tracing v2 names a step, as one text each; where two steps share a name, the first has it.
CREATE OR REPLACE TEMP TABLE step_names AS
WITH steps AS (
  SELECT
    coalesce(id, row_key) AS step_key,
    session_id,
    step_id,
    step_index,
    coalesce(
      TRY_CAST(TRY(json_extract_string(step_metadata, '$.turn_number')) AS INTEGER),
      TRY_CAST(TRY(json_extract_string(step_metadata, '$.turn')) AS INTEGER)
    ) AS turn_number
  FROM whole.session_timesteps
  WHERE session_id IS NOT NULL
)
SELECT session_id, name, min(step_key) AS step_key
FROM (
  SELECT session_id, 'key ' || step_key AS name, step_key FROM steps
  UNION ALL
  SELECT session_id, 'id ' || step_id, step_key FROM steps WHERE step_id IS NOT NULL
  UNION ALL
  SELECT session_id, 'index ' || step_index, step_key FROM steps WHERE step_index IS NOT NULL
  UNION ALL
  SELECT session_id, 'turn ' || turn_number, step_key FROM steps WHERE turn_number IS NOT NULL
)
GROUP BY session_id, name
