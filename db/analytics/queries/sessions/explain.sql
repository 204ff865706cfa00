-- How many sessions of the scope a figure is made of. Parameters: those of the scope. One row.
SELECT count(
    /*{figure}*/ t.total_tokens
  ) AS n
FROM keyed.sessions s
LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
WHERE
  /*{scope}*/ TRUE
