-- Tokens and dollars by step, in step order, what names no step last. Parameters: $source_id, $session_no.
-- At most 2,000 rows: consecutive steps are joined beyond that (`steps_per_bucket`). Order: x.
WITH steps AS (
  SELECT step_key, step_index,
    row_number() OVER (ORDER BY step_index NULLS LAST, turn_number NULLS LAST, started_at NULLS LAST, step_key) - 1 AS step_order
  FROM keyed.timesteps WHERE source_id = $source_id AND session_no = $session_no
), size AS (
  SELECT count(*) AS n, greatest(1, ceil((count(*) + 1) / 2000.0)::BIGINT) AS steps_per_bucket FROM steps
), sums AS (
  SELECT s.step_key, sum(e.input_tokens) AS input_tokens, sum(e.output_tokens) AS output_tokens, sum(e.cost_usd) AS cost_usd,
    sum(e.latency_ms) AS latency_ms
  FROM keyed.events e
  LEFT JOIN steps s ON s.step_key = e.step_key
  WHERE e.source_id = $source_id AND e.session_no = $session_no AND (e.event_type = 'cais' OR e.cost_basis IS NOT NULL
    OR coalesce(e.total_tokens, e.input_tokens, e.output_tokens) IS NOT NULL)
  GROUP BY s.step_key
), by_step AS (
  SELECT s.step_order, coalesce(s.step_index, s.step_order) AS x, s.step_key, e.input_tokens, e.output_tokens, e.cost_usd, e.latency_ms
  FROM steps s LEFT JOIN sums e ON e.step_key = s.step_key
  UNION ALL
  SELECT z.n, (SELECT coalesce(max(coalesce(step_index, step_order)) + 1, 0) FROM steps), NULL, e.input_tokens, e.output_tokens, e.cost_usd, e.latency_ms
  FROM sums e CROSS JOIN size z WHERE e.step_key IS NULL
), bucketed AS (
  SELECT step_order // steps_per_bucket AS bucket, arg_min(x, step_order) AS x, arg_min(step_key, step_order) AS step_key,
    sum(input_tokens) AS input_tokens, sum(output_tokens) AS output_tokens, sum(cost_usd) AS cost_usd, max(latency_ms) AS latency_ms,
    any_value(steps_per_bucket) AS steps_per_bucket
  FROM by_step CROSS JOIN size
  GROUP BY bucket
)
SELECT x, step_key, input_tokens, output_tokens, cost_usd, sum(cost_usd) OVER (ORDER BY bucket) AS cumulative_usd, latency_ms, steps_per_bucket
FROM bucketed
ORDER BY bucket
