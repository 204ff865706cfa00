-- Messages that belong to no session of the file.
SELECT 'messages' AS at, 'Their session is not in session_traces: they belong to no list.' AS message, count(*) AS count
FROM whole.messages
WHERE session_id IS NULL OR session_id NOT IN (SELECT session_id FROM whole.session_traces WHERE session_id IS NOT NULL)
HAVING count(*) > 0
