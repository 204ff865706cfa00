-- Convergence of a conversation as it was recorded and as it was computed on reading, and the profile that this was (structural where the
-- reader says none). Parameters: $source_id, $session_no. Order: turn.
WITH stepped AS (
  SELECT turn_number, min(step_key) AS step_key
  FROM keyed.timesteps WHERE source_id = $source_id AND session_no = $session_no
  GROUP BY turn_number
)
SELECT c.turn_number AS turn, s.step_key, c.convergence_recorded AS recorded, c.convergence_score AS score,
  CASE WHEN json_valid(o.metadata) THEN json_extract_string(o.metadata, '$.convergence_profile') END AS profile
FROM keyed.turn_metrics c
LEFT JOIN keyed.sessions o ON o.source_id = c.source_id AND o.session_no = c.session_no
LEFT JOIN stepped s ON s.turn_number = c.turn_number
WHERE c.source_id = $source_id AND c.session_no = $session_no
ORDER BY c.turn_number
LIMIT 100000
