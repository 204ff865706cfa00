-- The prompt that began a Pidgin conversation → messages. Keys: four kinds of rows share the table, this is the second.
SELECT
  row_key * 4 + 1 AS message_key,
  conversation_id AS session_id,
  'user' AS role,
  'researcher' AS author,
  initial_prompt AS content,
  started_at AS occurred_at,
  -1 AS sequence
FROM piece
WHERE conversation_id IS NOT NULL AND initial_prompt IS NOT NULL AND initial_prompt <> ''
ORDER BY row_key
