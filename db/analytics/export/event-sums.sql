-- What the events of the exported sessions add up to, a row a session.
SELECT x.session_id, u.* EXCLUDE (session_no, session_key)
FROM keyed.event_sums u
JOIN keyed.sessions x ON x.session_key = u.session_key
WHERE
  /*{scope}*/ TRUE
