-- How many rows of one table a session has. Parameters: $source_id, $session_no.
SELECT count(*) AS total
FROM
  /*{table}*/ keyed.sessions
WHERE source_id = $source_id AND session_no = $session_no
