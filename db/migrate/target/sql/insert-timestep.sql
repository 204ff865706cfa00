-- Adds a step. Parameters: its columns.
INSERT INTO session_timesteps (id, session_id, step_id, step_index, turn_number, started_at, num_events, num_messages, step_metadata)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
