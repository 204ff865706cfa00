-- Tokens, dollars and calls by bucket and model, from the events themselves: for buckets under five minutes. Parameters: $start_ms, $bucket_ms, and
-- those of the scope. Order: none.
SELECT (epoch_ms(e.occurred_at) - $start_ms) // $bucket_ms AS bucket, e.model, count(*) FILTER (e.event_type = 'cais') AS calls,
  CAST(sum(e.total_tokens) AS DOUBLE) AS tokens, sum(e.cost_usd) AS cost_usd
FROM keyed.events e
WHERE (e.event_type = 'cais' OR e.cost_basis IS NOT NULL OR coalesce(e.total_tokens, e.input_tokens, e.output_tokens) IS NOT NULL)
  AND
  /*{scope}*/ TRUE
GROUP BY bucket, e.model
