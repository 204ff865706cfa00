-- Tokens, dollars and calls by bucket and model. Parameters: $start_slot, $slots (five minutes each), and those of the scope. Order: none.
-- Grouped by basis first: four sums instead of nine. DOUBLE: a sum of integers is a HUGEINT, which costs the reader ten times as much.
WITH by_basis AS (
  SELECT (u.slot - $start_slot::INTEGER) // $slots::INTEGER AS bucket, u.model_no, u.cost_basis, sum(u.calls) AS calls,
    sum(u.total_tokens) AS tokens, sum(u.cost_usd) AS usd, sum(u.zeros) AS zeros
  FROM
    /*{calls}*/ keyed.call_usage u
  GROUP BY bucket, u.model_no, u.cost_basis
)
SELECT b.bucket, k.model, CAST(sum(b.calls) AS DOUBLE) AS calls, CAST(sum(b.tokens) AS DOUBLE) AS tokens, sum(b.usd) AS cost_usd,
  sum(b.usd) FILTER (b.cost_basis = 'reported') AS cost_reported_usd,
  sum(b.usd) FILTER (b.cost_basis = 'reported_rounded') AS cost_rounded_usd,
  sum(b.usd) FILTER (b.cost_basis = 'priced') AS cost_priced_usd,
  CAST(sum(b.calls) FILTER (b.cost_basis = 'reported') AS DOUBLE) AS calls_reported,
  CAST(sum(b.calls) FILTER (b.cost_basis = 'reported_rounded') AS DOUBLE) AS calls_rounded,
  CAST(sum(b.zeros) FILTER (b.cost_basis = 'reported_rounded') AS DOUBLE) AS calls_rounded_zero,
  CAST(sum(b.calls) FILTER (b.cost_basis = 'priced') AS DOUBLE) AS calls_priced,
  CAST(sum(b.calls) FILTER (b.cost_basis = 'unpriced') AS DOUBLE) AS calls_unpriced
FROM by_basis b
JOIN keyed.call_models k ON k.model_no = b.model_no
GROUP BY b.bucket, k.model
