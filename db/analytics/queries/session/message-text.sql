-- A slice of one message. Parameters: $source_id, $session_no, $message_key, $offset, $length (characters).
SELECT substring(content, $offset::BIGINT + 1, $length::BIGINT) AS text, length(content) AS length
FROM keyed.messages
WHERE source_id = $source_id AND session_no = $session_no AND message_key = $message_key
LIMIT 1
