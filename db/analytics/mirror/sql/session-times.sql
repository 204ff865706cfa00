-- A session that says nothing of its own times and outcome has those of its steps: ended when each of them is. No parameters.
UPDATE sessions SET
  started_at = step.started_at,
  ended_at = CASE WHEN step.is_open THEN NULL ELSE step.ended_at END,
  status = CASE WHEN sessions.error IS NOT NULL THEN 'error' WHEN step.is_open THEN 'unknown' ELSE 'completed' END
FROM (
  SELECT session_no, min(coalesce(started_at, completed_at)) AS started_at, max(completed_at) AS ended_at,
    bool_or(completed_at IS NULL) AS is_open
  FROM timesteps WHERE session_no IN (SELECT session_no FROM touched) GROUP BY session_no
) step
WHERE sessions.session_no = step.session_no AND sessions.kind = 'session';
