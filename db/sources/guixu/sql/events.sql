-- Guixu's spans that called a model → events.
SELECT
  row_key AS event_key,
  trace_id AS session_id,
  'cais' AS event_type,
  span_name AS name,
  "source" AS system_id,
  start_time AS occurred_at,
  row_key AS sequence,
  model,
  input_tokens,
  output_tokens,
  input_tokens + output_tokens AS total_tokens,
  'unpriced' AS cost_basis,
  epoch_ms(end_time) - epoch_ms(start_time) AS latency_ms,
  span_id,
  trace_id,
  error
FROM piece
WHERE trace_id IS NOT NULL AND (model IS NOT NULL OR span_type IN ('llm', 'generation'))
ORDER BY row_key
