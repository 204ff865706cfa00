-- A session that says nothing of its own outcome and end has those of its steps: ended when each of them is. No parameters.
UPDATE sessions SET
  started_at = step.started_at,
  ended_at = coalesce(step.said_end, CASE WHEN step.is_open THEN NULL ELSE step.ended_at END),
  status = CASE
    WHEN step.said IN ('completed', 'running', 'error') THEN step.said
    WHEN sessions.error IS NOT NULL THEN 'error'
    WHEN step.is_open THEN 'unknown'
    ELSE 'completed'
  END
FROM (
  SELECT t.session_no, min(coalesce(t.started_at, t.completed_at)) AS started_at, max(t.completed_at) AS ended_at,
    bool_or(t.completed_at IS NULL) AS is_open, any_value(s.said) AS said,
    CAST(any_value(TRY_CAST(s.said_end AS TIMESTAMPTZ)) AS TIMESTAMP) AS said_end
  FROM timesteps t JOIN (
    SELECT session_no, json_extract_string(json, '$.status') AS said, json_extract_string(json, '$.ended_at') AS said_end
    FROM (SELECT session_no, CASE WHEN json_valid(metadata) THEN metadata END AS json FROM sessions WHERE kind = 'session')
    WHERE session_no IN (SELECT session_no FROM touched)
  ) s USING (session_no)
  GROUP BY t.session_no
) step
WHERE sessions.session_no = step.session_no AND sessions.kind = 'session';
