-- Sums over the scope. Parameters: those of the scope. One row. A sum is NULL when no session knows the figure.
SELECT
  count(*) AS sessions,
  coalesce(sum(t.steps), 0) AS steps, coalesce(sum(t.events), 0) AS events, coalesce(sum(t.messages), 0) AS messages,
  coalesce(sum(t.lm_calls), 0) AS lm_calls, coalesce(sum(t.errors), 0) AS errors,
  sum(t.input_tokens) AS input_tokens, sum(t.output_tokens) AS output_tokens, sum(t.total_tokens) AS total_tokens,
  sum(t.cost_usd) AS cost_usd,
  coalesce(sum(t.cost_reported_usd), 0) AS cost_reported_usd, coalesce(sum(t.cost_rounded_usd), 0) AS cost_rounded_usd,
  coalesce(sum(t.cost_priced_usd), 0) AS cost_priced_usd,
  coalesce(sum(t.calls_reported), 0) AS calls_reported, coalesce(sum(t.calls_rounded), 0) AS calls_rounded,
  coalesce(sum(t.calls_rounded_zero), 0) AS calls_rounded_zero, coalesce(sum(t.calls_priced), 0) AS calls_priced,
  coalesce(sum(t.calls_unpriced), 0) AS calls_unpriced,
  avg(t.reward) AS mean_reward, count(t.reward) AS rewarded,
  min(coalesce(s.created_at, s.started_at, t.first_at)) AS first_at, max(coalesce(s.created_at, s.started_at, t.first_at)) AS last_at
FROM keyed.sessions s
LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
WHERE
  /*{scope}*/ TRUE
