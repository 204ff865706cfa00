-- Adds a session. Parameters: its columns.
INSERT INTO session_traces (session_id, created_at, num_timesteps, num_events, num_messages, metadata, experiment_id)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
