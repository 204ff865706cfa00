-- Sums the events of the touched sessions. No parameters. The semi join on an integer lets DuckDB skip the row groups of other sessions; a
-- histogram keeps each name once and in order.
INSERT INTO event_sums
SELECT session_no,
  count(*),
  count(*) FILTER (event_type = 'cais'),
  count(error),
  TRY_CAST(sum(input_tokens) AS BIGINT),
  TRY_CAST(sum(output_tokens) AS BIGINT),
  TRY_CAST(sum(total_tokens) AS BIGINT),
  sum(cost_usd),
  sum(cost_usd) FILTER (cost_basis = 'reported'),
  sum(cost_usd) FILTER (cost_basis = 'reported_rounded'),
  sum(cost_usd) FILTER (cost_basis = 'priced'),
  count(*) FILTER (cost_basis = 'reported'),
  count(*) FILTER (cost_basis = 'reported_rounded'),
  count(*) FILTER (cost_basis = 'reported_rounded' AND cost_usd = 0
    AND (total_tokens > 0 OR total_tokens IS NULL AND (input_tokens > 0 OR output_tokens > 0))),
  count(*) FILTER (cost_basis = 'priced'),
  count(*) FILTER (cost_basis = 'unpriced'),
  sum(latency_ms),
  sum(reward),
  map_keys(histogram(model)),
  map_keys(histogram(provider)),
  map_keys(histogram(system_id)),
  min(occurred_at),
  max(occurred_at)
FROM events WHERE session_no IN (SELECT session_no FROM touched) GROUP BY session_no;
