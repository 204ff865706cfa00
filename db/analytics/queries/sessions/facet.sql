-- How many sessions of the scope have each value of one field. Parameters: $limit, and those of the scope.
-- `distinct_values` counts them all. Order: most sessions first.
WITH scoped AS (
  SELECT
    /*{field}*/ [s.status] AS field_values
    , s.source_id, s.session_id
  FROM sessions s
  LEFT JOIN session_stats t ON t.source_id = s.source_id AND t.session_id = s.session_id
  WHERE
    /*{scope}*/ TRUE
), exploded AS (
  SELECT unnest(field_values) AS value FROM scoped
)
SELECT value, count(*) AS sessions, count(*) OVER () AS distinct_values
FROM exploded
WHERE value IS NOT NULL
GROUP BY value
ORDER BY sessions DESC, value
LIMIT $limit
