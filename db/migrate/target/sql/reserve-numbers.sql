-- Takes all numbers of the run at once: whoever writes meanwhile gets numbers past them. Parameters: 1 table, 2 highest number, 3 run.
UPDATE sqlite_sequence SET seq = max(seq, ?2)
WHERE name = ?1 AND EXISTS (SELECT 1 FROM stepscope_migration_runs WHERE run_id = ?3)
