-- Reward by step with rolling means. Parameters: $source_id, $session_no. Order: place. A session without steps: by event.
-- Beyond 1,000 places, each bucket keeps its lowest and highest value, so that no spike is lost.
WITH steps AS (
  SELECT step_key, step_index,
    row_number() OVER (ORDER BY step_index NULLS LAST, turn_number NULLS LAST, started_at NULLS LAST, step_key) - 1 AS step_order
  FROM keyed.timesteps WHERE source_id = $source_id AND session_no = $session_no
), by_step AS (
  SELECT s.step_order AS place, coalesce(s.step_index, s.step_order) AS x, s.step_key, sum(e.reward) AS value
  FROM steps s
  LEFT JOIN keyed.events e ON e.source_id = $source_id AND e.session_no = $session_no AND e.step_key = s.step_key
  GROUP BY ALL
  UNION ALL
  SELECT row_number() OVER (ORDER BY occurred_at NULLS LAST, sequence NULLS LAST, event_key) - 1 AS place, place, NULL, reward
  FROM keyed.events
  WHERE source_id = $source_id AND session_no = $session_no AND reward IS NOT NULL AND NOT EXISTS (SELECT 1 FROM steps)
), rolled AS (
  SELECT place, x, step_key, value,
    CASE WHEN value IS NOT NULL THEN avg(value) OVER (ORDER BY place ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) END AS rolling5,
    CASE WHEN value IS NOT NULL THEN avg(value) OVER (ORDER BY place ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) END AS rolling10,
    count(*) OVER () AS n
  FROM by_step
), kept AS (
  SELECT *, min(value) OVER bucket AS low, max(value) OVER bucket AS high, min(place) OVER bucket AS first_place
  FROM rolled
  WINDOW bucket AS (PARTITION BY place // greatest(1, ceil(n / 1000.0)::BIGINT))
)
SELECT x, step_key, value, rolling5, rolling10, n
FROM kept
QUALIFY n <= 1000
  OR row_number() OVER (PARTITION BY first_place, value = low ORDER BY place) = 1 AND value = low
  OR row_number() OVER (PARTITION BY first_place, value = high ORDER BY place) = 1 AND value = high
ORDER BY place
