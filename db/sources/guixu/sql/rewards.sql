-- Guixu's trace_scores → rewards.
SELECT
  row_key AS reward_key,
  trace_id AS session_id,
  'outcome' AS scope,
  "value" AS value,
  label AS reward_type,
  name AS reward_name,
  comment AS annotation,
  "source" AS author,
  created_at
FROM piece
WHERE trace_id IS NOT NULL
ORDER BY row_key
