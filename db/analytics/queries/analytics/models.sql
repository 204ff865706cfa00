-- LM calls by model and provider. Parameters: those of the scope. Order: most calls first.
WITH by_basis AS (
  SELECT e.model, e.provider, e.cost_basis, count(*) AS calls, sum(e.input_tokens) AS input_tokens, sum(e.output_tokens) AS output_tokens,
    sum(e.cost_usd) AS usd, count_if(e.cost_usd = 0 AND coalesce(e.total_tokens, e.input_tokens, 0) > 0) AS zeros, count(e.error) AS errors
  FROM keyed.events e
  WHERE e.event_type = 'cais'
    AND
    /*{scope}*/ TRUE
  GROUP BY e.model, e.provider, e.cost_basis
), latencies AS (
  SELECT e.model, e.provider, quantile_cont(e.latency_ms, [0.5, 0.95, 0.99]) AS quantiles
  FROM keyed.events e
  WHERE e.event_type = 'cais' AND e.latency_ms IS NOT NULL
    AND
    /*{scope}*/ TRUE
  GROUP BY e.model, e.provider
), sums AS (
  SELECT model, provider, sum(calls) AS calls, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
    sum(errors) AS errors, sum(usd) AS cost_usd,
    sum(usd) FILTER (cost_basis = 'reported') AS cost_reported_usd,
    sum(usd) FILTER (cost_basis = 'reported_rounded') AS cost_rounded_usd,
    sum(usd) FILTER (cost_basis = 'priced') AS cost_priced_usd,
    sum(calls) FILTER (cost_basis = 'reported') AS calls_reported,
    sum(calls) FILTER (cost_basis = 'reported_rounded') AS calls_rounded,
    sum(zeros) FILTER (cost_basis = 'reported_rounded') AS calls_rounded_zero,
    sum(calls) FILTER (cost_basis = 'priced') AS calls_priced,
    sum(calls) FILTER (cost_basis = 'unpriced') AS calls_unpriced
  FROM by_basis
  GROUP BY model, provider
)
SELECT s.*, l.quantiles
FROM sums s
LEFT JOIN latencies l ON l.model IS NOT DISTINCT FROM s.model AND l.provider IS NOT DISTINCT FROM s.provider
ORDER BY s.calls DESC, s.model, s.provider
LIMIT 200
