-- Adds the sums of the calls from row $first on.
INSERT INTO call_usage
SELECT e.session_no, CAST(epoch_ms(e.occurred_at) // 300000 AS INTEGER) AS slot, k.model_no, e.cost_basis,
  count(*), sum(e.input_tokens), sum(e.output_tokens), sum(e.total_tokens), sum(e.cost_usd),
  count(*) FILTER (e.cost_usd = 0 AND coalesce(e.total_tokens, e.input_tokens, 0) > 0), count(e.error),
  count(e.latency_ms), max(e.latency_ms), epoch_ms(min(e.occurred_at)), epoch_ms(max(e.occurred_at))
FROM events e
JOIN call_models k ON k.model IS NOT DISTINCT FROM e.model AND k.provider IS NOT DISTINCT FROM e.provider
WHERE e.rowid >= $first AND e.event_type = 'cais'
GROUP BY e.session_no, slot, k.model_no, e.cost_basis;
