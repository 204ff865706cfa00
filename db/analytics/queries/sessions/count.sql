-- How many sessions the scope holds. Parameters: those of the scope.
SELECT count(*) AS sessions
FROM keyed.sessions s
LEFT JOIN keyed.session_stats t ON t.source_id = s.source_id AND t.session_no = s.session_no
WHERE
  /*{scope}*/ TRUE
