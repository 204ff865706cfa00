-- The events of a session with an error. Parameters: $source_id, $session_no. Order: none.
SELECT 'event' AS item, event_key AS key FROM keyed.events
WHERE source_id = $source_id AND session_no = $session_no AND error IS NOT NULL
