-- The sides of Pidgin conversations → systems: a side and its model, so that conversations of one kind share them.
SELECT
  side || ' (' || model || ')' AS system_id,
  coalesce(min(name), side || ' (' || model || ')') AS name,
  'agent' AS system_type
FROM (
  SELECT 'agent_a' AS side, agent_a_model AS model, agent_a_chosen_name AS name FROM whole.conversations
  UNION ALL
  SELECT 'agent_b', agent_b_model, agent_b_chosen_name FROM whole.conversations
)
WHERE model IS NOT NULL
GROUP BY side, model
ORDER BY side, model
