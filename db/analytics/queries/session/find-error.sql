-- (after transcript-items.sql) Positions of events with an error. Parameters: $limit. Order: position.
SELECT o.position
FROM ordered o
JOIN keyed.events e ON e.source_id = $source_id AND e.session_no = $session_no AND e.event_key = o.key
WHERE o.item = 'event' AND e.error IS NOT NULL
ORDER BY o.position
LIMIT $limit
