-- References of a run's rows that lead nowhere, one row a reference. Parameters: 1, 2 the numbers (from, to] of the run's steps, 3, 4 events,
-- 5, 6 messages, 7, 8 experimental_systems.
SELECT 'session_traces.experiment_id' AS name, count(*) AS broken FROM session_traces x
WHERE experiment_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM experiments p WHERE p.experiment_id = x.experiment_id)
UNION ALL SELECT 'session_timesteps.session_id', count(*) FROM session_timesteps x
WHERE id > ?1 AND id <= ?2 AND NOT EXISTS (SELECT 1 FROM session_traces p WHERE p.session_id = x.session_id)
UNION ALL SELECT 'events.session_id', count(*) FROM events x
WHERE id > ?3 AND id <= ?4 AND NOT EXISTS (SELECT 1 FROM session_traces p WHERE p.session_id = x.session_id)
UNION ALL SELECT 'events.timestep_id', count(*) FROM events x
WHERE id > ?3 AND id <= ?4 AND timestep_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM session_timesteps p WHERE p.id = x.timestep_id AND p.session_id = x.session_id)
UNION ALL SELECT 'messages.session_id', count(*) FROM messages x
WHERE id > ?5 AND id <= ?6 AND NOT EXISTS (SELECT 1 FROM session_traces p WHERE p.session_id = x.session_id)
UNION ALL SELECT 'messages.timestep_id', count(*) FROM messages x
WHERE id > ?5 AND id <= ?6 AND timestep_id IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM session_timesteps p WHERE p.id = x.timestep_id AND p.session_id = x.session_id)
UNION ALL SELECT 'system_versions.system_id', count(*) FROM system_versions x
WHERE NOT EXISTS (SELECT 1 FROM systems p WHERE p.system_id = x.system_id)
UNION ALL SELECT 'experimental_systems', count(*) FROM experimental_systems x
WHERE id > ?7 AND id <= ?8 AND (NOT EXISTS (SELECT 1 FROM experiments p WHERE p.experiment_id = x.experiment_id)
  OR NOT EXISTS (SELECT 1 FROM systems p WHERE p.system_id = x.system_id)
  OR NOT EXISTS (SELECT 1 FROM system_versions p WHERE p.version_id = x.version_id))
