-- The batches of a run that have been written. Parameter: 1 run.
SELECT number, table_name FROM stepscope_migration_batches WHERE run_id = ?1 ORDER BY number
