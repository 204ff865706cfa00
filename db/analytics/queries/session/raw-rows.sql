-- Raw rows of one table of a session, texts cut. Parameters: $source_id, $session_no, $limit, $offset.
SELECT
  /*{columns}*/ *
FROM
  /*{table}*/ keyed.sessions
WHERE source_id = $source_id AND session_no = $session_no
ORDER BY
  /*{order}*/ session_id
LIMIT $limit OFFSET $offset
