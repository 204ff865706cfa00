-- How far a run is. Parameters: 1 run, 2 state, 3 time it ended (or NULL).
UPDATE stepscope_migration_runs SET state = ?2, finished_at = ?3 WHERE run_id = ?1
