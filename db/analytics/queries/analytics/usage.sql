-- Tokens, dollars and calls by bucket and model. Parameters: $start_ms, $bucket_ms, and those of the scope. Order: none.
SELECT (epoch_ms(e.occurred_at) - $start_ms) // $bucket_ms AS bucket, e.model, count(*) AS calls, sum(e.total_tokens) AS tokens,
  sum(e.cost_usd) AS cost_usd,
  sum(CASE e.cost_basis WHEN 'reported' THEN e.cost_usd END) AS cost_reported_usd,
  sum(CASE e.cost_basis WHEN 'reported_rounded' THEN e.cost_usd END) AS cost_rounded_usd,
  sum(CASE e.cost_basis WHEN 'priced' THEN e.cost_usd END) AS cost_priced_usd,
  count_if(e.cost_basis = 'reported') AS calls_reported,
  count_if(e.cost_basis = 'reported_rounded') AS calls_rounded,
  count_if(e.cost_basis = 'reported_rounded' AND e.cost_usd = 0 AND coalesce(e.total_tokens, e.input_tokens, 0) > 0) AS calls_rounded_zero,
  count_if(e.cost_basis = 'priced') AS calls_priced,
  count_if(e.cost_basis = 'unpriced') AS calls_unpriced
FROM keyed.events e
WHERE e.event_type = 'cais'
  AND
  /*{scope}*/ TRUE
GROUP BY bucket, e.model
