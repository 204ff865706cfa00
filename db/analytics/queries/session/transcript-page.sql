-- (after transcript-items.sql) A page of the transcript. Parameters: $limit, $offset. Order: position.
SELECT position, item, key, step_key, (SELECT count(*) FROM ordered) AS total
FROM ordered
ORDER BY position
LIMIT $limit OFFSET $offset
