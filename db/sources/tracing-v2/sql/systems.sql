-- tracing v2 systems → systems.
SELECT id AS system_id, name, description
FROM piece
WHERE id IS NOT NULL
ORDER BY row_key
