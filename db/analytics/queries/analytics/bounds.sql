-- First and last event with figures of the scope, how many are LM calls and how many have no time, and what they cost by
-- basis. Parameters: those of the scope. One row. Grouped by basis first: few sums over the calls; an aggregate with FILTER for each would take twice the time.
WITH by_basis AS (
  SELECT u.cost_basis, min(u.first_ms) AS first_ms, max(u.last_ms) AS last_ms, sum(u.entries) AS entries, sum(u.calls) AS calls,
    sum(u.entries) FILTER (u.slot IS NULL) AS undated, sum(u.cost_usd) AS usd, sum(u.zeros) AS zeros
  FROM
    /*{calls}*/ keyed.call_usage u
  GROUP BY u.cost_basis
)
SELECT min(first_ms) AS first_ms, max(last_ms) AS last_ms, coalesce(sum(calls), 0) AS calls, coalesce(sum(undated), 0) AS undated,
  sum(usd) AS cost_usd,
  sum(usd) FILTER (cost_basis = 'reported') AS cost_reported_usd,
  sum(usd) FILTER (cost_basis = 'reported_rounded') AS cost_rounded_usd,
  sum(usd) FILTER (cost_basis = 'priced') AS cost_priced_usd,
  sum(entries) FILTER (cost_basis = 'reported') AS calls_reported,
  sum(entries) FILTER (cost_basis = 'reported_rounded') AS calls_rounded,
  sum(zeros) FILTER (cost_basis = 'reported_rounded') AS calls_rounded_zero,
  sum(entries) FILTER (cost_basis = 'priced') AS calls_priced,
  sum(entries) FILTER (cost_basis = 'unpriced') AS calls_unpriced
FROM by_basis
