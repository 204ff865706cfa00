-- Tokens, dollars and calls by bucket and model. Parameters: $start_slot, $slots (five minutes each), and those of the scope. Order: none.
-- Grouped by basis first: four sums instead of nine.
WITH by_basis AS (
  SELECT (u.slot - $start_slot::INTEGER) // $slots::INTEGER AS bucket, u.model_no, u.cost_basis, sum(u.calls) AS calls,
    sum(u.total_tokens) AS tokens, sum(u.cost_usd) AS usd, sum(u.zeros) AS zeros
  FROM
    /*{calls}*/ keyed.call_usage u
  GROUP BY bucket, u.model_no, u.cost_basis
)
SELECT b.bucket, k.model, sum(b.calls) AS calls, sum(b.tokens) AS tokens, sum(b.usd) AS cost_usd,
  sum(b.usd) FILTER (b.cost_basis = 'reported') AS cost_reported_usd,
  sum(b.usd) FILTER (b.cost_basis = 'reported_rounded') AS cost_rounded_usd,
  sum(b.usd) FILTER (b.cost_basis = 'priced') AS cost_priced_usd,
  sum(b.calls) FILTER (b.cost_basis = 'reported') AS calls_reported,
  sum(b.calls) FILTER (b.cost_basis = 'reported_rounded') AS calls_rounded,
  sum(b.zeros) FILTER (b.cost_basis = 'reported_rounded') AS calls_rounded_zero,
  sum(b.calls) FILTER (b.cost_basis = 'priced') AS calls_priced,
  sum(b.calls) FILTER (b.cost_basis = 'unpriced') AS calls_unpriced
FROM by_basis b
JOIN keyed.call_models k ON k.model_no = b.model_no
GROUP BY b.bucket, k.model
