-- A run whose rows are gone. Parameter: 1 run.
DELETE FROM stepscope_migration_runs WHERE run_id = ?1
