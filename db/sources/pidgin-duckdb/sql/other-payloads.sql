-- What Pidgin's recorded events say → event_payloads.
SELECT row_key * 4 + 1 AS event_key, conversation_id AS session_id, event_data AS metadata
FROM piece
WHERE conversation_id IS NOT NULL AND event_data IS NOT NULL AND event_type NOT IN (
  'ConversationStartEvent', 'ConversationEndEvent', 'TurnStartEvent', 'TurnCompleteEvent', 'SystemPromptEvent',
  'MessageRequestEvent', 'MessageChunkEvent', 'MessageCompleteEvent', 'TokenUsageEvent', 'ThinkingCompleteEvent'
)
ORDER BY row_key
