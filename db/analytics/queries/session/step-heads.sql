-- The heads of steps with their sums. Parameters: $source_id, $session_no, $keys (step keys), $with_rest (also the items without a step).
-- Order: none; step_key NULL is the head of what names no step.
WITH wanted AS (
  SELECT step_key, step_id, step_index, turn_number, started_at, completed_at
  FROM keyed.timesteps
  WHERE source_id = $source_id AND session_no = $session_no AND step_key IN (SELECT unnest($keys::BIGINT[]))
  UNION ALL
  SELECT NULL, NULL, NULL, NULL, NULL, NULL WHERE $with_rest::BOOLEAN
), known AS (
  SELECT step_key FROM keyed.timesteps WHERE source_id = $source_id AND session_no = $session_no
), event_sums AS (
  SELECT k.step_key, count(*) AS events, sum(e.total_tokens) AS total_tokens, sum(e.reward) AS reward,
    count_if(e.error IS NOT NULL) AS errors, count_if(e.cost_basis IS NOT NULL) AS lm_calls,
    sum(e.cost_usd) AS cost_usd,
    sum(e.cost_usd) FILTER (e.cost_basis = 'reported') AS cost_reported_usd,
    sum(e.cost_usd) FILTER (e.cost_basis = 'reported_rounded') AS cost_rounded_usd,
    sum(e.cost_usd) FILTER (e.cost_basis = 'priced') AS cost_priced_usd,
    count_if(e.cost_basis = 'reported') AS calls_reported,
    count_if(e.cost_basis = 'reported_rounded') AS calls_rounded,
    count_if(e.cost_basis = 'reported_rounded' AND e.cost_usd = 0 AND coalesce(e.total_tokens, e.input_tokens, 0) > 0) AS calls_rounded_zero,
    count_if(e.cost_basis = 'priced') AS calls_priced,
    count_if(e.cost_basis = 'unpriced') AS calls_unpriced,
    min(e.occurred_at) AS first_at, max(e.occurred_at) AS last_at
  FROM keyed.events e
  LEFT JOIN known k ON k.step_key = e.step_key
  WHERE e.source_id = $source_id AND e.session_no = $session_no
  GROUP BY k.step_key
), message_sums AS (
  SELECT k.step_key, count(*) AS messages
  FROM keyed.messages m
  LEFT JOIN known k ON k.step_key = m.step_key
  WHERE m.source_id = $source_id AND m.session_no = $session_no
  GROUP BY k.step_key
)
SELECT w.step_key, w.step_id, w.step_index, w.turn_number, w.started_at, w.completed_at IS NOT NULL AS completed,
  (epoch_us(w.completed_at) - epoch_us(w.started_at)) / 1000.0 AS duration_ms,
  coalesce(e.events, 0) AS events, coalesce(m.messages, 0) AS messages, e.total_tokens, e.reward, coalesce(e.errors, 0) AS errors,
  coalesce(e.lm_calls, 0) AS lm_calls, e.cost_usd, e.cost_reported_usd, e.cost_rounded_usd, e.cost_priced_usd,
  e.calls_reported, e.calls_rounded, e.calls_rounded_zero, e.calls_priced, e.calls_unpriced
FROM wanted w
LEFT JOIN event_sums e ON e.step_key IS NOT DISTINCT FROM w.step_key
LEFT JOIN message_sums m ON m.step_key IS NOT DISTINCT FROM w.step_key
