-- The sessions of an export, for this connection. Parameters: those of the scope.
CREATE OR REPLACE TEMP TABLE export_sessions AS
SELECT s.source_id, s.session_id
FROM keyed.sessions s
LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
WHERE
  /*{scope}*/ TRUE
