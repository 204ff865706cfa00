-- The place of one session in the ordered list, and its neighbours. Parameters: $source_id, $session_id, and those of the scope.
WITH ordered AS (
  SELECT s.source_id, s.session_id, row_number() OVER places - 1 AS place, count(*) OVER () AS total,
    lag(s.source_id) OVER places AS previous_source_id, lag(s.session_id) OVER places AS previous_session_id,
    lead(s.source_id) OVER places AS next_source_id, lead(s.session_id) OVER places AS next_session_id
  FROM keyed.sessions s
  LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
  WHERE
    /*{scope}*/ TRUE
  WINDOW places AS (ORDER BY
    /*{order}*/ coalesce(s.created_at, s.started_at, t.first_at) DESC NULLS LAST
    , s.source_id, s.session_id)
)
SELECT place, total, previous_source_id, previous_session_id, next_source_id, next_session_id
FROM ordered
WHERE source_id = $source_id AND session_id = $session_id
