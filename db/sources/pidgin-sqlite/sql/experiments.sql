-- Pidgin's experiments in SQLite, in the order they were made.
SELECT experiment_id, name, status, created_at, config, metadata FROM experiments ORDER BY rowid
