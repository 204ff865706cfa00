-- The head of what names no step of the session: the sums of those events. Parameters: $source_id, $session_no. One row.
SELECT NULL::BIGINT AS step_key, NULL AS step_id, NULL::INTEGER AS step_index, NULL::INTEGER AS turn_number, NULL::TIMESTAMP AS started_at,
  FALSE AS completed, NULL::DOUBLE AS duration_ms,
  sum(total_tokens) AS total_tokens, sum(reward) AS reward, count(error) AS errors, count(cost_basis) AS lm_calls,
  unnest(keyed.cost_sums(cost_usd, cost_basis, total_tokens, input_tokens, output_tokens))
FROM keyed.events
WHERE source_id = $source_id AND session_no = $session_no
  AND (step_key IS NULL OR step_key NOT IN (SELECT step_key FROM keyed.timesteps WHERE source_id = $source_id AND session_no = $session_no))
