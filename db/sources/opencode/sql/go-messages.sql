-- The messages of one session in order (Go versions), content as JSON in `parts`. Parameters: ?1 session.
SELECT id, role, parts, model, created_at, finished_at FROM messages WHERE session_id = ?1 ORDER BY created_at, rowid
