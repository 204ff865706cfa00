-- The heads of steps with the sums of their events. Parameters: $source_id, $session_no, $keys (step keys). Order: none.
WITH sums AS (
  SELECT step_key, sum(total_tokens) AS total_tokens, sum(reward) AS reward, count(error) AS errors, count(cost_basis) AS lm_calls,
    unnest(keyed.cost_sums(cost_usd, cost_basis, total_tokens, input_tokens, output_tokens))
  FROM keyed.events
  WHERE source_id = $source_id AND session_no = $session_no AND step_key IN (SELECT unnest($keys::BIGINT[]))
  GROUP BY step_key
)
SELECT t.step_key, t.step_id, t.step_index, t.turn_number, t.started_at, t.completed_at IS NOT NULL AS completed,
  (epoch_us(t.completed_at) - epoch_us(t.started_at)) / 1000.0 AS duration_ms,
  e.total_tokens, e.reward, coalesce(e.errors, 0) AS errors,
  coalesce(e.lm_calls, 0) AS lm_calls, e.cost_usd, e.cost_reported_usd, e.cost_rounded_usd, e.cost_priced_usd,
  e.calls_reported, e.calls_rounded, e.calls_rounded_zero, e.calls_priced, e.calls_unpriced
FROM keyed.timesteps t
LEFT JOIN sums e ON e.step_key = t.step_key
WHERE t.source_id = $source_id AND t.session_no = $session_no AND t.step_key IN (SELECT unnest($keys::BIGINT[]))
