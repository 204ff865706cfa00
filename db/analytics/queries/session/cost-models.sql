-- Tokens, dollars and latency of a session by model, totals that stand in no call included. Parameters: $source_id, $session_no. Order: most
-- dollars first.
SELECT model, provider, count_if(event_type = 'cais') AS calls, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
  sum(cache_read_tokens) AS cache_read_tokens, sum(reasoning_tokens) AS reasoning_tokens,
  quantile_cont(latency_ms, 0.5) AS p50_ms, quantile_cont(latency_ms, 0.95) AS p95_ms,
  sum(cost_usd) AS cost_usd,
  sum(cost_usd) FILTER (cost_basis = 'reported') AS cost_reported_usd,
  sum(cost_usd) FILTER (cost_basis = 'reported_rounded') AS cost_rounded_usd,
  sum(cost_usd) FILTER (cost_basis = 'priced') AS cost_priced_usd,
  count_if(cost_basis = 'reported') AS calls_reported,
  count_if(cost_basis = 'reported_rounded') AS calls_rounded,
  count_if(cost_basis = 'reported_rounded' AND cost_usd = 0 AND coalesce(total_tokens, input_tokens, 0) > 0) AS calls_rounded_zero,
  count_if(cost_basis = 'priced') AS calls_priced,
  count_if(cost_basis = 'unpriced') AS calls_unpriced
FROM keyed.events
WHERE source_id = $source_id AND session_no = $session_no AND (event_type = 'cais' OR cost_basis IS NOT NULL
  OR coalesce(total_tokens, input_tokens, output_tokens) IS NOT NULL)
GROUP BY model, provider
ORDER BY cost_usd DESC NULLS LAST, calls DESC, model
