-- Every migration of this target, the latest first.
SELECT run_id, state, source, started_at, finished_at, plan FROM stepscope_migration_runs ORDER BY ordinal DESC
