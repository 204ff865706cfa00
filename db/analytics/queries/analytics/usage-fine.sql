-- Tokens, dollars and calls by bucket and model, from the calls themselves: for buckets under five minutes. Parameters: $start_ms, $bucket_ms, and
-- those of the scope. Order: none.
-- Grouped by basis first: four sums over the calls instead of nine.
WITH by_basis AS (
  SELECT (epoch_ms(e.occurred_at) - $start_ms) // $bucket_ms AS bucket, e.model, e.cost_basis, count(*) AS calls,
    sum(e.total_tokens) AS tokens, sum(e.cost_usd) AS usd,
    count_if(e.cost_usd = 0 AND coalesce(e.total_tokens, e.input_tokens, 0) > 0) AS zeros
  FROM keyed.events e
  WHERE e.event_type = 'cais'
    AND
    /*{scope}*/ TRUE
  GROUP BY bucket, e.model, e.cost_basis
)
SELECT bucket, model, sum(calls) AS calls, sum(tokens) AS tokens, sum(usd) AS cost_usd,
  sum(usd) FILTER (cost_basis = 'reported') AS cost_reported_usd,
  sum(usd) FILTER (cost_basis = 'reported_rounded') AS cost_rounded_usd,
  sum(usd) FILTER (cost_basis = 'priced') AS cost_priced_usd,
  sum(calls) FILTER (cost_basis = 'reported') AS calls_reported,
  sum(calls) FILTER (cost_basis = 'reported_rounded') AS calls_rounded,
  sum(zeros) FILTER (cost_basis = 'reported_rounded') AS calls_rounded_zero,
  sum(calls) FILTER (cost_basis = 'priced') AS calls_priced,
  sum(calls) FILTER (cost_basis = 'unpriced') AS calls_unpriced
FROM by_basis
GROUP BY bucket, model
