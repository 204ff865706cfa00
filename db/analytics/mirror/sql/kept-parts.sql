-- The events of a kept file in one scan, summed by what both the sums of sessions and those of calls are grouped by. No parameters.
CREATE OR REPLACE TEMP TABLE event_parts AS
SELECT session_no, CASE WHEN is_counted THEN TRY_CAST(epoch_ms(occurred_at) // 300000 AS INTEGER) END AS slot, model, provider, system_id, cost_basis,
  event_type = 'cais' AS is_call, is_counted,
  count(*) AS events,
  count(error) AS errors,
  sum(input_tokens) AS input_tokens,
  sum(output_tokens) AS output_tokens,
  sum(total_tokens) AS total_tokens,
  sum(cost_usd) AS cost_usd,
  count(*) FILTER (cost_usd = 0 AND coalesce(total_tokens, input_tokens, 0) > 0) AS zeros,
  count(*) FILTER (cost_usd = 0 AND (total_tokens > 0 OR total_tokens IS NULL AND (input_tokens > 0 OR output_tokens > 0))) AS used_zeros,
  sum(latency_ms) AS latency_ms_total,
  count(latency_ms) AS latencies,
  max(latency_ms) AS latency_ms_max,
  string_agg(chr(CASE WHEN event_type <> 'cais' THEN NULL
    WHEN latency_ms > 0 THEN CAST(floor(51 * ln(least(greatest(latency_ms, 1e-3), 1e13))) AS INTEGER) + 512
    WHEN latency_ms IS NOT NULL THEN 128 END), '') AS bins,
  sum(reward) AS reward,
  min(occurred_at) AS first_at,
  max(occurred_at) AS last_at
FROM (
  SELECT *, event_type = 'cais' OR cost_basis IS NOT NULL OR coalesce(total_tokens, input_tokens, output_tokens) IS NOT NULL AS is_counted
  FROM events
)
GROUP BY session_no, slot, model, provider, system_id, cost_basis, is_call, is_counted
