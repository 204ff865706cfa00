-- The sessions of the export, without those that a migration only made to hold rows. Parameters: those of the scope.
CREATE OR REPLACE TEMP TABLE chosen_v2 AS
SELECT s.source_id, s.session_id, coalesce(CAST(json_extract_string(kept_v2(s.metadata), '$.placeholder') AS BOOLEAN), false) AS is_placeholder
FROM keyed.sessions s
LEFT JOIN keyed.session_stats t ON t.source_id = s.source_id AND t.session_no = s.session_no
WHERE
  /*{scope}*/ TRUE
