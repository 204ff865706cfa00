-- A batch whose rows are gone. Parameters: 1 run, 2 number.
DELETE FROM stepscope_migration_batches WHERE run_id = ?1 AND number = ?2
