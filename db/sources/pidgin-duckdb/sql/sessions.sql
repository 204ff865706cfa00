-- Pidgin conversations → sessions. A conversation can be completed and carry an error all the same.
SELECT
  c.conversation_id AS session_id,
  c.experiment_id,
  'conversation' AS kind,
  nullif(concat_ws(' · ', e.name, concat_ws(' ↔ ', coalesce(c.agent_a_chosen_name, c.agent_a_model), coalesce(c.agent_b_chosen_name, c.agent_b_model))), '') AS title,
  CASE c.status WHEN 'completed' THEN 'completed' WHEN 'running' THEN 'running' WHEN 'failed' THEN 'error' ELSE 'unknown' END AS status,
  coalesce(c.started_at, c.created_at) AS created_at,
  c.started_at,
  coalesce(c.completed_at, c.error_timestamp) AS ended_at,
  coalesce(c.error_message, c.error_type) AS error,
  CAST(json_object(
    'agent_a_model', c.agent_a_model, 'agent_a_provider', c.agent_a_provider, 'agent_a_temperature', c.agent_a_temperature,
    'agent_b_model', c.agent_b_model, 'agent_b_provider', c.agent_b_provider, 'agent_b_temperature', c.agent_b_temperature,
    'initial_prompt', c.initial_prompt, 'max_turns', c.max_turns, 'first_speaker', c.first_speaker, 'total_turns', c.total_turns,
    'final_convergence_score', c.final_convergence_score, 'convergence_reason', c.convergence_reason, 'duration_ms', c.duration_ms,
    'error_type', c.error_type, 'had_truncation', c.had_truncation, 'recorded_status', c.status
  ) AS VARCHAR) AS metadata,
  c.row_key AS session_no
FROM piece c
LEFT JOIN (SELECT experiment_id, any_value(name) AS name FROM whole.experiments GROUP BY experiment_id) e USING (experiment_id)
WHERE c.conversation_id IS NOT NULL
ORDER BY c.row_key DESC
