-- How many sessions the scope holds. Parameters: those of the scope.
SELECT count(*) AS sessions
FROM keyed.sessions s
LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
WHERE
  /*{scope}*/ TRUE
