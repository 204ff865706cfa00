-- Rewards of a page. Parameters: $source_id, $session_no, $keys. Order: none.
SELECT reward_key, value, coalesce(reward_type, scope) AS reward_type, reward_name, left(annotation, 4000) AS annotation, created_at
FROM keyed.rewards
WHERE source_id = $source_id AND session_no = $session_no AND reward_key IN (SELECT unnest($keys::BIGINT[]))
