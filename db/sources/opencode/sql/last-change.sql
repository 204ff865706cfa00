-- When a message of one session that has parts changed last, in milliseconds; NULL where it has none. Parameters: ?1 session.
SELECT max(time_updated) FROM message WHERE session_id = ?1
