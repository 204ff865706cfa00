-- (after transcript-items.sql) The positions of all heads of steps. Parameters: $limit. Order: position.
SELECT position FROM ordered WHERE item = 'step' ORDER BY position LIMIT $limit
