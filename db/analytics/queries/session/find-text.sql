-- (after transcript-items.sql) Positions of items that hold $text (lower case). Parameters: $text, $limit. Order: position.
, hits AS (
  SELECT 'message' AS item, message_key AS key FROM keyed.messages
  WHERE source_id = $source_id AND session_no = $session_no AND contains(lower(content), $text)
  UNION
  SELECT 'event', event_key FROM keyed.events
  WHERE source_id = $source_id AND session_no = $session_no
    AND contains(lower(concat_ws(chr(10), name, system_id, model, provider, error)), $text)
  UNION
  SELECT 'event', event_key FROM keyed.event_payloads
  WHERE source_id = $source_id AND session_no = $session_no
    AND (contains(lower(call_records), $text) OR contains(lower(metadata), $text))
  UNION
  SELECT 'reward', reward_key FROM keyed.rewards
  WHERE source_id = $source_id AND session_no = $session_no
    AND contains(lower(concat_ws(chr(10), reward_name, reward_type, annotation)), $text)
)
SELECT o.position FROM ordered o JOIN hits h ON h.item = o.item AND h.key = o.key ORDER BY o.position LIMIT $limit
