-- Achievements after each environment event of a page and after the one before it. Parameters: $source_id, $session_no, $keys, $largest.
-- Order: none. Each is the JSON object {name: unlocked} where the state has one.
WITH environment AS (
  SELECT event_key, lag(event_key) OVER (ORDER BY occurred_at NULLS LAST, sequence NULLS LAST, event_key) AS previous_key
  FROM keyed.events
  WHERE source_id = $source_id AND session_no = $session_no AND event_type = 'environment'
), wanted AS (
  SELECT event_key, previous_key FROM environment WHERE event_key IN (SELECT unnest($keys::BIGINT[]))
), states AS (
  SELECT event_key,
    CASE WHEN length(state_after) <= $largest AND json_valid(state_after) THEN
      coalesce(json_extract(state_after, '$.public_state.achievements_status'), json_extract(state_after, '$.achievements_status'))
    END AS achievements
  FROM keyed.event_payloads
  WHERE source_id = $source_id AND session_no = $session_no
    AND event_key IN (SELECT event_key FROM wanted UNION SELECT previous_key FROM wanted)
)
SELECT w.event_key, left(CAST(s.achievements AS VARCHAR), 100000) AS achievements, left(CAST(p.achievements AS VARCHAR), 100000) AS previous
FROM wanted w
JOIN states s ON s.event_key = w.event_key
LEFT JOIN states p ON p.event_key = w.previous_key
WHERE s.achievements IS NOT NULL
