-- A page of the session list. Parameters: $limit, $offset, and those of the scope.
-- The page is cut by the sort key alone; the wide columns are read for its sessions only. `total`: sessions in the scope.
-- Order: one of the expressions of `order.ts`, then source and id, so that pages never overlap.
WITH scoped AS (
  SELECT s.source_id, s.session_id, s.session_key, count(*) OVER () AS total,
    /*{key}*/ coalesce(s.created_at, s.started_at, t.first_at) AS sort_key
  FROM keyed.sessions s
  LEFT JOIN keyed.session_stats t ON t.session_key = s.session_key
  WHERE
    /*{scope}*/ TRUE
), page AS (
  SELECT source_id, session_id, session_key, total, sort_key
  FROM scoped
  ORDER BY
    /*{order}*/ sort_key DESC NULLS LAST
    , source_id, session_id
  LIMIT $limit OFFSET $offset
)
SELECT
  s.source_id, s.session_id, coalesce(CASE WHEN trim(s.title) <> '' THEN s.title END, s.session_id) AS title, s.kind, s.status, s.experiment_id, s.error,
  coalesce(s.created_at, s.started_at, t.first_at) AS created_at,
  (epoch_us(coalesce(s.ended_at, t.last_at)) - epoch_us(coalesce(s.started_at, t.first_at))) / 1000.0 AS duration_ms,
  t.models, t.steps, t.events, t.messages, t.errors, t.input_tokens, t.output_tokens, t.total_tokens, t.reward, t.lm_calls,
  t.cost_usd, t.cost_reported_usd, t.cost_rounded_usd, t.cost_priced_usd,
  t.calls_reported, t.calls_rounded, t.calls_rounded_zero, t.calls_priced, t.calls_unpriced, page.total
FROM page
JOIN keyed.sessions s ON s.session_key = page.session_key AND s.session_id = page.session_id
LEFT JOIN keyed.session_stats t ON t.session_key = page.session_key
ORDER BY
  /*{page_order}*/ page.sort_key DESC NULLS LAST
  , page.source_id, page.session_id
