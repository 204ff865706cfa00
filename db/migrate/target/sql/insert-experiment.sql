-- Adds an experiment. Parameters: its columns.
INSERT INTO experiments (experiment_id, name, description, created_at, updated_at, metadata) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
