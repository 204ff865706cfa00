-- OpenCode's sessions (TypeScript versions), oldest first. No parameters.
SELECT id, parent_id, project_id, directory, title, version, time_created, time_updated
FROM session
ORDER BY time_created, id DESC
