-- `roll-up-usage.sql` for every event with figures, from the parts of `kept-parts.sql`: a group has a row for each system. No parameters.
INSERT INTO call_usage
SELECT p.session_no, p.slot, k.model_no, p.cost_basis, p.events, if(p.is_call, p.events, 0), TRY_CAST(p.input_tokens AS BIGINT), TRY_CAST(p.output_tokens AS BIGINT),
  TRY_CAST(p.total_tokens AS BIGINT), p.cost_usd, p.zeros,
  if(p.is_call, p.errors, 0), if(p.is_call, p.latencies, 0), if(p.is_call, p.latency_ms_max, NULL), epoch_ms(p.first_at), epoch_ms(p.last_at), p.bins
FROM event_parts p
JOIN call_models k ON k.model IS NOT DISTINCT FROM p.model AND k.provider IS NOT DISTINCT FROM p.provider
WHERE p.is_counted
