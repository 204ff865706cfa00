-- The parts of one session's messages in order. Parameters: ?1 session.
SELECT message_id, id, data FROM part WHERE session_id = ?1 ORDER BY message_id, id
