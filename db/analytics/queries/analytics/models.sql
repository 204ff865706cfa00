-- LM calls, and what calls took together, by model and provider. Parameters: those of the scope.
-- `bins`: of the latencies (`roll-up-tables.sql`). Order: most calls first.
WITH by_basis AS (
  SELECT u.model_no, u.cost_basis, sum(u.entries) AS entries, sum(u.calls) AS calls, sum(u.input_tokens) AS input_tokens,
    sum(u.output_tokens) AS output_tokens,
    sum(u.cost_usd) AS usd, sum(u.zeros) AS zeros, sum(u.errors) AS errors,
    string_agg(u.bins, '') AS bins, min(u.first_ms) AS first_ms, max(u.last_ms) AS last_ms
  FROM
    /*{calls}*/ keyed.call_usage u
  GROUP BY u.model_no, u.cost_basis
)
SELECT k.model, k.provider, sum(b.calls) AS calls, sum(b.input_tokens) AS input_tokens,
  sum(b.output_tokens) AS output_tokens, sum(b.errors) AS errors, encode(string_agg(b.bins, '')) AS bins, min(b.first_ms) AS first_ms,
  max(b.last_ms) AS last_ms, sum(b.usd) AS cost_usd,
  sum(b.usd) FILTER (b.cost_basis = 'reported') AS cost_reported_usd,
  sum(b.usd) FILTER (b.cost_basis = 'reported_rounded') AS cost_rounded_usd,
  sum(b.usd) FILTER (b.cost_basis = 'priced') AS cost_priced_usd,
  sum(b.entries) FILTER (b.cost_basis = 'reported') AS calls_reported,
  sum(b.entries) FILTER (b.cost_basis = 'reported_rounded') AS calls_rounded,
  sum(b.zeros) FILTER (b.cost_basis = 'reported_rounded') AS calls_rounded_zero,
  sum(b.entries) FILTER (b.cost_basis = 'priced') AS calls_priced,
  sum(b.entries) FILTER (b.cost_basis = 'unpriced') AS calls_unpriced
FROM by_basis b
JOIN keyed.call_models k ON k.model_no = b.model_no
GROUP BY k.model, k.provider
ORDER BY calls DESC, k.model, k.provider
