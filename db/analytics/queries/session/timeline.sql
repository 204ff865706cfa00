-- Bars of the timeline, of the time from $from_ms to $to_ms after the session's start (NULL: from its start, to its end). Where there are
-- more than $limit, those of a lane that begin close together are one: `bars` says how many stand in it, and it names the first of them.
-- Parameters: $source_id, $session_no, $from_ms, $to_ms, $limit. Order: steps, then the rest by time. Times are milliseconds, those of
-- the bounds since 1970. Each row repeats the bounds and counts of the whole session.
-- A span tells when a call began, a program that records its call afterwards when it was over: a session's times are taken for what fits more
-- of its calls into their steps (to 2 ms, as times and latencies are rounded); where neither does, for beginnings.
WITH calls AS (
  SELECT epoch_us(e.occurred_at) / 1000.0 AS at_ms, e.latency_ms, epoch_us(t.started_at) / 1000.0 - 2 AS low_ms,
    epoch_us(t.completed_at) / 1000.0 + 2 AS high_ms
  FROM keyed.events e
  JOIN keyed.timesteps t ON t.source_id = e.source_id AND t.session_no = e.session_no AND t.step_key = e.step_key
  WHERE e.source_id = $source_id AND e.session_no = $session_no AND e.latency_ms > 0
), times AS (
  SELECT count_if(at_ms - latency_ms >= low_ms AND at_ms <= high_ms) > count_if(at_ms >= low_ms AND at_ms + latency_ms <= high_ms) AS are_ends
  FROM calls
), bars AS MATERIALIZED (
  SELECT 'steps' AS lane, 'step' AS kind, step_key AS key, step_key,
    coalesce(step_id, 'Step ' || step_index, 'Turn ' || turn_number, 'Step') AS label,
    epoch_us(started_at) / 1000.0 AS start_ms, (epoch_us(completed_at) - epoch_us(started_at)) / 1000.0 AS duration_ms, FALSE AS error
  FROM keyed.timesteps WHERE source_id = $source_id AND session_no = $session_no
  UNION ALL
  SELECT coalesce('system:' || system_id, 'type:' || event_type), event_type, event_key, step_key, coalesce(model, name, system_id, event_type),
    epoch_us(occurred_at) / 1000.0 - CASE WHEN are_ends THEN coalesce(latency_ms, 0) ELSE 0 END, latency_ms, error IS NOT NULL
  FROM keyed.events, times WHERE source_id = $source_id AND session_no = $session_no
  UNION ALL
  SELECT 'messages', 'message', message_key, step_key, coalesce(author, role), epoch_us(occurred_at) / 1000.0, NULL, FALSE
  FROM keyed.messages WHERE source_id = $source_id AND session_no = $session_no
), bounds AS (
  SELECT min(start_ms) AS first_ms, max(start_ms + coalesce(duration_ms, 0)) AS last_ms, count(start_ms) AS timed,
    count(*) - count(start_ms) AS untimed
  FROM bars
), seen AS (
  SELECT b.lane, b.kind, b.key, b.step_key, b.label, b.start_ms - o.first_ms AS at_ms, b.duration_ms, b.error
  FROM bars b, bounds o
  WHERE b.start_ms - o.first_ms <= coalesce($to_ms, b.start_ms - o.first_ms)
    AND b.start_ms - o.first_ms + coalesce(b.duration_ms, 0) >= coalesce($from_ms, 0)
), size AS (
  SELECT count(*) AS bars, min(at_ms) AS low_ms, greatest(max(at_ms) - min(at_ms), 1) / greatest($limit // count(DISTINCT lane), 1) AS width_ms
  FROM seen
), placed AS (
  SELECT s.*, CASE WHEN z.bars <= $limit THEN s.key ELSE floor((s.at_ms - z.low_ms) / z.width_ms)::BIGINT END AS place,
    z.width_ms
  FROM seen s, size z
), joined AS (
  SELECT lane, kind, arg_min(key, at_ms) AS key, arg_min(step_key, at_ms) AS step_key, arg_min(label, at_ms) AS label, min(at_ms) AS start_ms,
    -- Together they last until the next of their lane may begin, at the most.
    CASE WHEN count(*) = 1 THEN max(duration_ms)
      ELSE least(max(at_ms + coalesce(duration_ms, 0)) - min(at_ms), max(width_ms)) END AS duration_ms,
    bool_or(error) AS error, count(*) AS bars
  FROM placed
  GROUP BY lane, kind, place
)
SELECT b.lane, b.kind, b.key, b.step_key, b.label, b.start_ms, b.duration_ms, b.error, b.bars,
  o.first_ms, o.last_ms, o.timed, o.untimed
FROM bounds o
LEFT JOIN joined b ON TRUE
ORDER BY (b.kind = 'step') DESC, b.start_ms, b.key
