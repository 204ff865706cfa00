-- Convergence of a conversation by turn, with rolling means. Parameters: $source_id, $session_no, $scores (JSON list of
-- {turn, score} of another profile; NULL: the stored scores, profile structural). Order: turn.
WITH chosen AS (
  SELECT c.turn_number, c.convergence_recorded AS recorded,
    CASE WHEN $scores::VARCHAR IS NULL THEN c.convergence_score
      ELSE CAST(json_extract($scores::VARCHAR, '$."' || c.turn_number || '"') AS DOUBLE) END AS value
  FROM keyed.turn_metrics c
  WHERE c.source_id = $source_id AND c.session_no = $session_no
), rolled AS (
  SELECT turn_number, recorded, value, row_number() OVER (ORDER BY turn_number) - 1 AS place, count(*) OVER () AS n,
    CASE WHEN value IS NOT NULL THEN avg(value) OVER (ORDER BY turn_number ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) END AS rolling5,
    CASE WHEN value IS NOT NULL THEN avg(value) OVER (ORDER BY turn_number ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) END AS rolling10,
    count_if(abs(recorded - value) > 0.005) OVER () AS differs
  FROM chosen
), stepped AS (
  SELECT r.turn_number, arg_min(t.step_key, t.step_key) AS step_key
  FROM rolled r
  JOIN keyed.timesteps t ON t.source_id = $source_id AND t.session_no = $session_no AND t.turn_number = r.turn_number
  GROUP BY r.turn_number
)
SELECT r.turn_number AS x, s.step_key, r.value, r.recorded, r.rolling5, r.rolling10, r.n, r.differs
FROM rolled r
LEFT JOIN stepped s ON s.turn_number = r.turn_number
QUALIFY r.n <= 1000
  OR row_number() OVER (PARTITION BY r.place // ceil(r.n / 1000.0)::BIGINT ORDER BY r.value) = 1
  OR row_number() OVER (PARTITION BY r.place // ceil(r.n / 1000.0)::BIGINT ORDER BY r.value DESC) = 1
ORDER BY r.turn_number
