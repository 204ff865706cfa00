-- Keeps the sessions of a scope. `scope_0` is renamed to a table of its own. Parameters: those of the scope.
CREATE TABLE scratch.scope_0 AS
SELECT s.session_key, s.session_no
FROM keyed.sessions s
LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
WHERE
  /*{scope}*/ TRUE
