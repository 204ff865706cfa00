-- Dollars and calls of a group of events by where their cost comes from, as a struct: `unnest(keyed.cost_sums(…))` gives its fields as columns.
-- A rounded cost of zero counts as such where tokens were spent: `total_tokens` says, else either side of them.
CREATE OR REPLACE MACRO keyed.cost_sums(cost_usd, cost_basis, total_tokens, input_tokens, output_tokens) AS {
  cost_usd: sum(cost_usd),
  cost_reported_usd: sum(cost_usd) FILTER (cost_basis = 'reported'),
  cost_rounded_usd: sum(cost_usd) FILTER (cost_basis = 'reported_rounded'),
  cost_priced_usd: sum(cost_usd) FILTER (cost_basis = 'priced'),
  calls_reported: count_if(cost_basis = 'reported'),
  calls_rounded: count_if(cost_basis = 'reported_rounded'),
  calls_rounded_zero: count_if(cost_basis = 'reported_rounded' AND cost_usd = 0
    AND (total_tokens > 0 OR total_tokens IS NULL AND (input_tokens > 0 OR output_tokens > 0))),
  calls_priced: count_if(cost_basis = 'priced'),
  calls_unpriced: count_if(cost_basis = 'unpriced')
}
