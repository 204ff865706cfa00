-- How many sessions of the scope a figure is made of. Parameters: those of the scope. One row.
SELECT count(
    /*{figure}*/ t.total_tokens
  ) AS n
FROM keyed.sessions s
LEFT JOIN keyed.session_stats t ON t.source_id = s.source_id AND t.session_no = s.session_no
WHERE
  /*{scope}*/ TRUE
