-- Every turn of every conversation with what was said and the score that was recorded, in order: the scores are computed from these.
SELECT
  coalesce(m.conversation_id, t.conversation_id) AS conversation_id,
  coalesce(m.turn_number, t.turn_number) AS turn_number,
  m.agent_id,
  m.content,
  t."timestamp" AS occurred_at,
  t.convergence_score
FROM whole.messages m
FULL JOIN whole.turn_metrics t ON t.conversation_id = m.conversation_id AND t.turn_number = m.turn_number
WHERE coalesce(m.conversation_id, t.conversation_id) IS NOT NULL AND coalesce(m.turn_number, t.turn_number) IS NOT NULL
ORDER BY 1, 2, m.agent_id, m.row_key
