-- Sums the touched sessions from the rows that have landed; counters of the source are not believed. $steps, $events, $messages: whether all
-- rows of that table have landed; else a session that has none yet may still get some, and its count is unknown. The semi joins on integers
-- let DuckDB skip the row groups of other sessions.
INSERT INTO session_stats
WITH
step AS (
  SELECT session_no, count(*) AS steps, min(coalesce(started_at, completed_at)) AS first_at,
    max(coalesce(completed_at, started_at)) AS last_at
  FROM timesteps WHERE session_no IN (SELECT session_no FROM touched) GROUP BY session_no
),
event AS (
  SELECT * FROM event_sums WHERE session_no IN (SELECT session_no FROM touched)
),
message AS (
  SELECT session_no, count(*) AS messages, min(occurred_at) AS first_at, max(occurred_at) AS last_at
  FROM messages WHERE session_no IN (SELECT session_no FROM touched) GROUP BY session_no
),
reward AS (
  SELECT session_no, sum(value) FILTER (scope = 'outcome') AS outcome, sum(value) FILTER (scope = 'event') AS summed,
    -- Toxicity and helpfulness have no sum.
    count(DISTINCT reward_name) FILTER (scope = 'outcome') > 1 AS is_several
  FROM rewards WHERE session_no IN (SELECT session_no FROM touched) GROUP BY session_no
)
SELECT
  s.source_id,
  s.session_id,
  CASE WHEN $steps THEN coalesce(step.steps, 0) ELSE step.steps END,
  CASE WHEN $events THEN coalesce(event.events, 0) ELSE event.events END,
  CASE WHEN $messages THEN coalesce(message.messages, 0) ELSE message.messages END,
  CASE WHEN $events THEN coalesce(event.lm_calls, 0) ELSE nullif(event.lm_calls, 0) END,
  CASE WHEN $events THEN coalesce(event.errors, 0) ELSE nullif(event.errors, 0) END,
  event.input_tokens,
  event.output_tokens,
  event.total_tokens,
  event.cost_usd,
  event.cost_reported_usd,
  event.cost_rounded_usd,
  event.cost_priced_usd,
  event.calls_reported,
  event.calls_rounded,
  event.calls_rounded_zero,
  event.calls_priced,
  event.calls_unpriced,
  event.latency_ms_total,
  CASE WHEN reward.is_several THEN NULL ELSE coalesce(reward.outcome, event.reward, reward.summed) END,
  CASE WHEN reward.is_several THEN 'several' WHEN reward.outcome IS NOT NULL THEN 'outcome' WHEN event.reward IS NOT NULL THEN 'events'
    WHEN reward.summed IS NOT NULL THEN 'event_rewards' END,
  coalesce(event.models, []),
  coalesce(event.providers, []),
  coalesce(event.systems, []),
  least(s.started_at, step.first_at, event.first_at, message.first_at),
  greatest(s.ended_at, step.last_at, event.last_at, message.last_at),
  s.session_no
FROM sessions s
LEFT JOIN step USING (session_no)
LEFT JOIN event USING (session_no)
LEFT JOIN message USING (session_no)
LEFT JOIN reward USING (session_no)
WHERE s.session_no IN (SELECT session_no FROM touched);
