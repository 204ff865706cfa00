-- A table without a number yet gets its row in the list of numbers, once the run has begun. Parameters: 1 table, 2 run.
INSERT INTO sqlite_sequence (name, seq)
SELECT ?1, 0 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = ?1)
  AND EXISTS (SELECT 1 FROM stepscope_migration_runs WHERE run_id = ?2)
