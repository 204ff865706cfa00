-- Pidgin context_truncations → events.
SELECT
  c.row_key * 4 + 2 AS event_key,
  c.conversation_id AS session_id,
  t.step_key,
  'runtime' AS event_type,
  'ContextTruncation (' || c.messages_dropped || ' messages dropped)' AS name,
  c.agent_id AS system_id,
  c."timestamp" AS occurred_at,
  c.row_key AS sequence
FROM piece c
LEFT JOIN turns t USING (conversation_id, turn_number)
WHERE c.conversation_id IS NOT NULL
ORDER BY c.row_key
