-- Messages of a page, cut. Parameters: $source_id, $session_no, $keys, $cut (characters). Order: none.
SELECT message_key, step_key, role, author, left(content, $cut::BIGINT) AS text, length(content) AS length, occurred_at, sequence
FROM keyed.messages
WHERE source_id = $source_id AND session_no = $session_no AND message_key IN (SELECT unnest($keys::BIGINT[]))
