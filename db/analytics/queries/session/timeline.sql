-- Bars of the timeline: steps first, then events and messages by time; $limit of them. Parameters: $source_id, $session_no, $limit.
-- Times are milliseconds since 1970. Each row repeats the bounds and counts of the whole session.
WITH bars AS (
  SELECT 'steps' AS lane, 'step' AS kind, step_key AS key, step_key, 
    coalesce(step_id, 'Step ' || step_index, 'Turn ' || turn_number, 'Step') AS label,
    epoch_us(started_at) / 1000.0 AS start_ms, (epoch_us(completed_at) - epoch_us(started_at)) / 1000.0 AS duration_ms, FALSE AS error
  FROM keyed.timesteps WHERE source_id = $source_id AND session_no = $session_no
  UNION ALL
  SELECT coalesce('system:' || system_id, 'type:' || event_type), event_type, event_key, step_key, coalesce(model, name, system_id, event_type),
    epoch_us(occurred_at) / 1000.0, latency_ms, error IS NOT NULL
  FROM keyed.events WHERE source_id = $source_id AND session_no = $session_no
  UNION ALL
  SELECT 'messages', 'message', message_key, step_key, coalesce(author, role), epoch_us(occurred_at) / 1000.0, NULL, FALSE
  FROM keyed.messages WHERE source_id = $source_id AND session_no = $session_no
), bounds AS (
  SELECT min(start_ms) AS first_ms, max(start_ms + coalesce(duration_ms, 0)) AS last_ms, count(start_ms) AS timed,
    count(*) - count(start_ms) AS untimed
  FROM bars
)
SELECT b.lane, b.kind, b.key, b.step_key, b.label, b.start_ms - o.first_ms AS start_ms, b.duration_ms, b.error,
  o.first_ms, o.last_ms, o.timed, o.untimed
FROM bounds o
LEFT JOIN bars b ON b.start_ms IS NOT NULL
ORDER BY (b.kind = 'step') DESC, b.start_ms, b.key
LIMIT $limit
