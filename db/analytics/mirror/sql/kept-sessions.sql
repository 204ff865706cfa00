-- Whether no session is there twice. No parameters. One row.
SELECT count(*) = count(DISTINCT session_id) AS are_single FROM sessions
