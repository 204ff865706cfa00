-- Exact latency percentiles by bucket, for scopes of few calls. Parameters: $start_ms, $bucket_ms, and those of the scope. Order: bucket.
SELECT (epoch_ms(e.occurred_at) - $start_ms) // $bucket_ms AS bucket, quantile_cont(e.latency_ms, [0.5, 0.95, 0.99]) AS quantiles,
  max(e.latency_ms) AS max_ms, count(e.latency_ms) AS n
FROM keyed.events e
WHERE e.event_type = 'cais' AND e.latency_ms IS NOT NULL AND e.occurred_at IS NOT NULL
  AND
  /*{scope}*/ TRUE
GROUP BY bucket
ORDER BY bucket
