-- Adds a message. Parameters: its columns.
INSERT INTO messages (id, session_id, timestep_id, message_type, content, timestamp, event_time, message_time, metadata)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
