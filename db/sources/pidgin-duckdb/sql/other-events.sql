-- Pidgin's recorded events → events: what is no message, turn, call or beginning and end, which the other tables tell.
SELECT
  e.row_key * 4 + 1 AS event_key,
  e.conversation_id AS session_id,
  t.step_key,
  'runtime' AS event_type,
  e.event_type AS name,
  TRY(json_extract_string(e.event_data, '$.agent_id')) AS system_id,
  e."timestamp" AS occurred_at,
  coalesce(e.sequence, e.row_key) AS sequence,
  TRY(json_extract_string(e.event_data, '$.provider')) AS provider,
  coalesce(
    TRY_CAST(TRY(json_extract_string(e.event_data, '$.wait_time')) AS DOUBLE) * 1000,
    TRY_CAST(TRY(json_extract_string(e.event_data, '$.duration_ms')) AS DOUBLE)
  ) AS latency_ms,
  CASE WHEN regexp_matches(e.event_type, 'Error|Failed|Timeout')
    THEN coalesce(TRY(json_extract_string(e.event_data, '$.error_message')), TRY(json_extract_string(e.event_data, '$.error')), e.event_type)
  END AS error
FROM piece e
LEFT JOIN turns t ON t.conversation_id = e.conversation_id
  AND t.turn_number = TRY_CAST(TRY(json_extract_string(e.event_data, '$.turn_number')) AS INTEGER)
WHERE e.conversation_id IS NOT NULL AND e.event_type NOT IN (
  'ConversationStartEvent', 'ConversationEndEvent', 'TurnStartEvent', 'TurnCompleteEvent', 'SystemPromptEvent',
  'MessageRequestEvent', 'MessageChunkEvent', 'MessageCompleteEvent', 'TokenUsageEvent', 'ThinkingCompleteEvent'
)
ORDER BY e.row_key
