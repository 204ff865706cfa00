-- Where a session lies: `session_no` lets DuckDB skip the row groups of all others. Parameters: $source_id, $session_id.
SELECT session_no FROM keyed.sessions WHERE source_id = $source_id AND session_id = $session_id LIMIT 1
