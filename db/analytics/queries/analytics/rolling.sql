-- A measure by session in order of time: by bucket its mean, band and rolling means over the last 5 and 10 sessions.
-- Parameters: $points, and those of the scope. Order: bucket. `bucket` NULL: sessions that lack the measure or a time.
WITH last_scores AS (
  SELECT source_id, session_id, arg_max(convergence_score, turn_number) AS score FROM turn_metrics GROUP BY source_id, session_id
), measured AS (
  SELECT s.source_id, s.session_id, epoch_ms(coalesce(s.created_at, s.started_at, t.first_at)) AS at_ms,
    /*{measure}*/ t.reward AS value
  FROM keyed.sessions s
  LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
  LEFT JOIN last_scores c ON c.source_id = s.source_id AND c.session_id = s.session_id
  WHERE
    /*{scope}*/ TRUE
), rolled AS (
  SELECT *, row_number() OVER places AS place,
    avg(value) OVER (places ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) AS rolling5,
    avg(value) OVER (places ROWS BETWEEN 9 PRECEDING AND CURRENT ROW) AS rolling10
  FROM measured
  WHERE value IS NOT NULL AND at_ms IS NOT NULL
  WINDOW places AS (ORDER BY at_ms, source_id, session_id)
), bounds AS (
  SELECT min(at_ms) AS first_ms, max(at_ms) AS last_ms FROM rolled
)
SELECT ((at_ms - first_ms) * $points) // (last_ms - first_ms + 1) AS bucket, any_value(first_ms) AS first_ms, any_value(last_ms) AS last_ms,
  count(*) AS n, avg(value) AS mean, quantile_cont(value, [0.1, 0.9]) AS band, min(value) AS low, max(value) AS high,
  arg_max(rolling5, place) AS rolling5, arg_max(rolling10, place) AS rolling10,
  arg_max(source_id, place) AS source_id, arg_max(session_id, place) AS session_id
FROM rolled CROSS JOIN bounds
GROUP BY bucket
UNION ALL
SELECT NULL, NULL, NULL, count(*), NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM measured
WHERE value IS NULL OR at_ms IS NULL
ORDER BY bucket
