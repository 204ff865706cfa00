-- Adds a version of a system. Parameters: its columns.
INSERT INTO system_versions (version_id, system_id, version_number, commit_hash, created_at, metadata) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
