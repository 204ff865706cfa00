-- tracing v2 experimental_systems → experiment_systems.
SELECT experiment_id, system_id, system_version_id AS version_id
FROM piece
WHERE experiment_id IS NOT NULL AND system_id IS NOT NULL
ORDER BY row_key
