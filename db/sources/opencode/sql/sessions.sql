-- OpenCode's sessions (TypeScript versions), newest first. No parameters.
SELECT id, parent_id, project_id, directory, title, version, time_created, time_updated
FROM session
ORDER BY time_created DESC, id DESC
