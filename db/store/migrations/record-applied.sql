-- Notes a migration as done. Parameters: 1 number, 2 name, 3 time (ISO 8601 UTC). Harmless when another writer was first.
INSERT OR IGNORE INTO stepscope_migrations (number, name, applied_at) VALUES (?1, ?2, ?3);
