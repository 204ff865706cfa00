-- Pidgin messages → messages. A naive local time is corrected, and kept in the metadata.
SELECT
  m.row_key * 4 AS message_key,
  m.conversation_id AS session_id,
  t.step_key,
  CASE WHEN m.agent_id IN ('agent_a', 'agent_b') THEN 'assistant' WHEN m.agent_id = 'system' THEN 'system' ELSE 'user' END AS role,
  m.agent_id AS author,
  coalesce(m.content, '') AS content,
  m."timestamp" - to_seconds(coalesce(s.seconds, 0)) AS occurred_at,
  coalesce(m.turn_number, 0) * 4 + CASE WHEN m.agent_id = 'agent_b' THEN 3 ELSE 1 END AS sequence,
  CASE WHEN s.seconds IS NOT NULL OR m.token_count IS NOT NULL THEN CAST(json_object(
    'token_count', m.token_count,
    'recorded_local_time', CASE WHEN s.seconds IS NOT NULL THEN CAST(m."timestamp" AS VARCHAR) END
  ) AS VARCHAR) END AS metadata
FROM piece m
LEFT JOIN turns t USING (conversation_id, turn_number)
LEFT JOIN time_shifts s USING (conversation_id)
WHERE m.conversation_id IS NOT NULL
ORDER BY m.row_key
