-- The runs' own numbers, after one has been forgotten.
UPDATE sqlite_sequence SET seq = (SELECT coalesce(max(ordinal), 0) FROM stepscope_migration_runs) WHERE name = 'stepscope_migration_runs'
