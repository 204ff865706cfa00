-- What charts read of the exported sessions' calls; a call of no session has none here either.
SELECT x.session_id, k.model, k.provider, u.* EXCLUDE (session_no, session_key, model_no)
FROM keyed.call_usage u
JOIN keyed.call_models k ON k.model_no = u.model_no
LEFT JOIN keyed.sessions x ON x.session_key = u.session_key
WHERE
  /*{scope}*/ TRUE
