-- Begins a migration, when nobody has written into the numbered tables since it was planned, and no other is on its way. Parameters: 1 run, 2 source, 3 time, 4 plan,
-- 5 to 8 the highest numbers of experimental_systems, session_timesteps, events and messages in the plan.
INSERT INTO stepscope_migration_runs (run_id, state, source, started_at, plan)
SELECT ?1, 'running', ?2, ?3, ?4
WHERE coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'experimental_systems'), 0) <= ?5
  AND coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'session_timesteps'), 0) <= ?6
  AND coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'events'), 0) <= ?7
  AND coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'messages'), 0) <= ?8
  AND NOT EXISTS (SELECT 1 FROM stepscope_migration_runs WHERE state <> 'done')
