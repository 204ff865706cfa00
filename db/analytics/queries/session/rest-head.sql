-- The head of what names no step of the session: the sums of those events. Parameters: $source_id, $session_no. One row.
SELECT NULL::BIGINT AS step_key, NULL AS step_id, NULL::INTEGER AS step_index, NULL::INTEGER AS turn_number, NULL::TIMESTAMP AS started_at,
  FALSE AS completed, NULL::DOUBLE AS duration_ms,
  sum(total_tokens) AS total_tokens, sum(reward) AS reward, count(error) AS errors, count(cost_basis) AS lm_calls,
  sum(cost_usd) AS cost_usd,
  sum(cost_usd) FILTER (cost_basis = 'reported') AS cost_reported_usd,
  sum(cost_usd) FILTER (cost_basis = 'reported_rounded') AS cost_rounded_usd,
  sum(cost_usd) FILTER (cost_basis = 'priced') AS cost_priced_usd,
  count_if(cost_basis = 'reported') AS calls_reported,
  count_if(cost_basis = 'reported_rounded') AS calls_rounded,
  count_if(cost_basis = 'reported_rounded' AND cost_usd = 0 AND coalesce(total_tokens, input_tokens, 0) > 0) AS calls_rounded_zero,
  count_if(cost_basis = 'priced') AS calls_priced,
  count_if(cost_basis = 'unpriced') AS calls_unpriced
FROM keyed.events
WHERE source_id = $source_id AND session_no = $session_no
  AND (step_key IS NULL OR step_key NOT IN (SELECT step_key FROM keyed.timesteps WHERE source_id = $source_id AND session_no = $session_no))
