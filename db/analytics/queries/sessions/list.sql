-- A page of the session list. Parameters: $limit, $offset, and those of the scope.
-- Order: one of the expressions of `order.ts`, then source and id, so that pages never overlap.
SELECT
  s.source_id, s.session_id, coalesce(s.title, s.session_id) AS title, s.kind, s.status, s.experiment_id, s.error,
  coalesce(s.created_at, s.started_at, t.first_at) AS created_at,
  (epoch_us(coalesce(s.ended_at, t.last_at)) - epoch_us(coalesce(s.started_at, t.first_at))) / 1000.0 AS duration_ms,
  t.models, t.steps, t.events, t.messages, t.errors, t.input_tokens, t.output_tokens, t.total_tokens, t.reward, t.lm_calls,
  t.cost_usd, t.cost_reported_usd, t.cost_rounded_usd, t.cost_priced_usd,
  t.calls_reported, t.calls_rounded, t.calls_rounded_zero, t.calls_priced, t.calls_unpriced
FROM sessions s
LEFT JOIN session_stats t ON t.source_id = s.source_id AND t.session_id = s.session_id
WHERE
  /*{scope}*/ TRUE
ORDER BY
  /*{order}*/ coalesce(s.created_at, s.started_at, t.first_at) DESC NULLS LAST
  , s.source_id, s.session_id
LIMIT $limit OFFSET $offset
