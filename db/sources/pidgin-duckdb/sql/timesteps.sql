-- Pidgin turns → timesteps.
SELECT
  step_key,
  conversation_id AS session_id,
  'turn_' || turn_number AS step_id,
  step_index,
  turn_number,
  started_at,
  completed_at
FROM turns
ORDER BY step_key
