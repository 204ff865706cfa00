-- The messages of one session in order, each whole in its row (newer TypeScript versions). Parameters: ?1 session.
SELECT id, type, data, time_created FROM session_message WHERE session_id = ?1 ORDER BY time_created, id
