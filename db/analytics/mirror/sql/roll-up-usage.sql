-- Adds the sums of the events with figures from row $first on: LM calls, and what calls took together where no call says it.
-- A sum of tokens that no BIGINT holds is unknown, and so is a time beyond all slots: one odd row must not stop a reading.
INSERT INTO call_usage
SELECT e.session_no, TRY_CAST(epoch_ms(e.occurred_at) // 300000 AS INTEGER) AS slot, k.model_no, e.cost_basis,
  count(*), count(*) FILTER (e.event_type = 'cais'), TRY_CAST(sum(e.input_tokens) AS BIGINT), TRY_CAST(sum(e.output_tokens) AS BIGINT),
  TRY_CAST(sum(e.total_tokens) AS BIGINT), sum(e.cost_usd),
  count(*) FILTER (e.cost_usd = 0 AND coalesce(e.total_tokens, e.input_tokens, 0) > 0), count(e.error) FILTER (e.event_type = 'cais'),
  count(e.latency_ms) FILTER (e.event_type = 'cais'), max(e.latency_ms) FILTER (e.event_type = 'cais'),
  epoch_ms(min(e.occurred_at)), epoch_ms(max(e.occurred_at)),
  string_agg(chr(CASE WHEN e.event_type <> 'cais' THEN NULL
    WHEN e.latency_ms > 0 THEN CAST(floor(51 * ln(least(greatest(e.latency_ms, 1e-3), 1e13))) AS INTEGER) + 512
    WHEN e.latency_ms IS NOT NULL THEN 128 END), '')
FROM events e
JOIN call_models k ON k.model IS NOT DISTINCT FROM e.model AND k.provider IS NOT DISTINCT FROM e.provider
WHERE e.rowid >= $first
  AND (e.event_type = 'cais' OR e.cost_basis IS NOT NULL OR coalesce(e.total_tokens, e.input_tokens, e.output_tokens) IS NOT NULL)
GROUP BY e.session_no, slot, k.model_no, e.cost_basis;
