-- The items of a session's transcript that hold $text (lower case). Parameters: $source_id, $session_no, $text. Order: none; an item may come twice.
SELECT 'message' AS item, message_key AS key FROM keyed.messages
WHERE source_id = $source_id AND session_no = $session_no AND contains(lower(content), $text)
UNION ALL
SELECT 'event', event_key FROM keyed.events
WHERE source_id = $source_id AND session_no = $session_no
  AND contains(lower(concat_ws(chr(10), name, system_id, model, provider, error)), $text)
UNION ALL
SELECT 'event', event_key FROM keyed.event_payloads
WHERE source_id = $source_id AND session_no = $session_no
  AND (contains(lower(call_records), $text) OR contains(lower(metadata), $text))
UNION ALL
SELECT 'reward', reward_key FROM keyed.rewards
WHERE source_id = $source_id AND session_no = $session_no
  AND contains(lower(concat_ws(chr(10), reward_name, reward_type, annotation)), $text)
