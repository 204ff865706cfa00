-- Pidgin's conversations in SQLite with the name of their experiment, the latest first. The number is the row's place.
SELECT
  c.rowid,
  c.conversation_id,
  c.experiment_id,
  e.name,
  c.status,
  c.created_at,
  c.started_at,
  c.completed_at,
  c.agent_a_model,
  c.agent_b_model,
  c.agent_a_chosen_name,
  c.agent_b_chosen_name,
  c.error_message,
  c.convergence_reason,
  c.final_convergence_score,
  c.first_speaker,
  c.config,
  c.metadata
FROM conversations c
LEFT JOIN experiments e ON e.experiment_id = c.experiment_id
ORDER BY c.rowid DESC
