-- (after transcript-items.sql) The position of a step's head. Parameters: $step_key, $limit.
SELECT position FROM ordered WHERE item = 'step' AND key = $step_key ORDER BY position LIMIT $limit
