-- Adds a system to an experiment. Parameters: its columns.
INSERT INTO experimental_systems (id, experiment_id, system_id, version_id) VALUES (?1, ?2, ?3, ?4)
