-- Adds a system. Parameters: its columns.
INSERT INTO systems (system_id, name, description) VALUES (?1, ?2, ?3)
