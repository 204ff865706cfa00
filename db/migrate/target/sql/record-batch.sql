-- Notes the keys of a batch. Fails when the batch has been written. Parameters: 1 run, 2 number, 3 table, 4 keys (JSON list).
INSERT INTO stepscope_migration_batches (run_id, number, table_name, keys) VALUES (?1, ?2, ?3, ?4)
