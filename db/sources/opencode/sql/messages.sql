-- The messages of one session in order, their content in parts. Parameters: ?1 session.
SELECT id, data, time_created FROM message WHERE session_id = ?1 ORDER BY time_created, id
