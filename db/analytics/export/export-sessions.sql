-- The sessions of an export, for this connection. Parameters: those of the scope.
CREATE OR REPLACE TEMP TABLE export_sessions AS
SELECT s.source_id, s.session_id
FROM keyed.sessions s
LEFT JOIN keyed.session_stats t ON t.source_id = s.source_id AND t.session_no = s.session_no
WHERE
  /*{scope}*/ TRUE
