-- Pidgin thinking_traces → messages: thought before it was said.
SELECT
  m.row_key * 4 + 2 AS message_key,
  m.conversation_id AS session_id,
  t.step_key,
  'other' AS role,
  m.agent_id AS author,
  m.thinking_content AS content,
  m."timestamp" AS occurred_at,
  m.turn_number * 4 + CASE WHEN m.agent_id = 'agent_b' THEN 2 ELSE 0 END AS sequence,
  CAST(json_object('kind', 'thinking', 'thinking_tokens', m.thinking_tokens, 'duration_ms', m.duration_ms) AS VARCHAR) AS metadata
FROM piece m
LEFT JOIN turns t USING (conversation_id, turn_number)
WHERE m.conversation_id IS NOT NULL AND m.thinking_content IS NOT NULL
ORDER BY m.row_key
