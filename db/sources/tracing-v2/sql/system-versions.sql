-- tracing v2 system_versions → system_versions: the branch and what it says of itself are metadata.
SELECT
  id AS version_id,
  system_id,
  "commit" AS commit_hash,
  created_at,
  CASE WHEN branch IS NOT NULL OR description IS NOT NULL
    THEN CAST(json_object('branch', branch, 'description', description) AS VARCHAR) END AS metadata
FROM piece
WHERE id IS NOT NULL AND system_id IS NOT NULL
ORDER BY row_key
