-- Tokens, dollars and latency of a session by model, totals that stand in no call included. Parameters: $source_id, $session_no. Order: most
-- dollars first.
WITH by_model AS (
  SELECT model, provider, count_if(event_type = 'cais') AS calls, sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens,
    sum(cache_read_tokens) AS cache_read_tokens, sum(reasoning_tokens) AS reasoning_tokens,
    quantile_cont(latency_ms, 0.5) AS p50_ms, quantile_cont(latency_ms, 0.95) AS p95_ms,
    unnest(keyed.cost_sums(cost_usd, cost_basis, total_tokens, input_tokens, output_tokens))
  FROM keyed.events
  WHERE source_id = $source_id AND session_no = $session_no AND (event_type = 'cais' OR cost_basis IS NOT NULL
    OR coalesce(total_tokens, input_tokens, output_tokens) IS NOT NULL)
  GROUP BY model, provider
)
FROM by_model
ORDER BY cost_usd DESC NULLS LAST, calls DESC, model
