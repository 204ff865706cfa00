-- Pidgin experiments → experiments.
SELECT
  experiment_id,
  name,
  status,
  created_at,
  config AS configuration,
  metadata
FROM piece
WHERE experiment_id IS NOT NULL
ORDER BY row_key
