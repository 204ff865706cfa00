-- Adds the latencies of the calls from row $first on.
INSERT INTO call_latencies
SELECT e.session_no, CAST(epoch_ms(e.occurred_at) // 300000 AS INTEGER), k.model_no,
  CASE WHEN e.latency_ms > 0 THEN CAST(floor(51 * ln(least(e.latency_ms, 1e270))) AS SMALLINT) ELSE -32768 END
FROM events e
JOIN call_models k ON k.model IS NOT DISTINCT FROM e.model AND k.provider IS NOT DISTINCT FROM e.provider
WHERE e.rowid >= $first AND e.event_type = 'cais' AND e.latency_ms IS NOT NULL;
