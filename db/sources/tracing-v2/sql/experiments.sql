-- tracing v2 experiments → experiments.
SELECT id AS experiment_id, name, description, created_at
FROM piece
WHERE id IS NOT NULL
ORDER BY row_key
