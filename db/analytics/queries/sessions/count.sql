-- How many sessions the scope holds. Parameters: those of the scope.
SELECT count(*) AS sessions
FROM sessions s
LEFT JOIN session_stats t ON t.source_id = s.source_id AND t.session_id = s.session_id
WHERE
  /*{scope}*/ TRUE
