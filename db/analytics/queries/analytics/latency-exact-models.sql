-- Exact latency percentiles by model, for scopes of few calls. Parameters: those of the scope. Order: none.
SELECT e.model, e.provider, quantile_cont(e.latency_ms, [0.5, 0.95, 0.99]) AS quantiles
FROM keyed.events e
WHERE e.event_type = 'cais' AND e.latency_ms IS NOT NULL
  AND
  /*{scope}*/ TRUE
GROUP BY e.model, e.provider
