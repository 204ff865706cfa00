-- The keys of one batch. Parameters: 1 run, 2 number.
SELECT keys FROM stepscope_migration_batches WHERE run_id = ?1 AND number = ?2
