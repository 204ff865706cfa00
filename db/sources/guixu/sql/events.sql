-- Guixu's spans that called a model or ran a tool → events. A span around the calls of its trace may repeat their tokens: it is no call.
WITH called AS (
  SELECT DISTINCT trace_id FROM whole.trace_spans WHERE span_type IN ('llm', 'generation')
),
told AS (
  SELECT *, span_type IN ('llm', 'generation')
    OR coalesce(model, CAST(input_tokens AS VARCHAR), CAST(output_tokens AS VARCHAR)) IS NOT NULL
      AND trace_id NOT IN (SELECT trace_id FROM called WHERE trace_id IS NOT NULL) AS is_call
  FROM piece
)
SELECT
  row_key AS event_key,
  trace_id AS session_id,
  CASE WHEN is_call THEN 'cais' ELSE 'environment' END AS event_type,
  span_name AS name,
  "source" AS system_id,
  start_time AS occurred_at,
  row_key AS sequence,
  CASE WHEN is_call THEN model END AS model,
  CASE WHEN is_call THEN input_tokens END AS input_tokens,
  CASE WHEN is_call THEN output_tokens END AS output_tokens,
  CASE WHEN is_call THEN coalesce(input_tokens + output_tokens, input_tokens, output_tokens) END AS total_tokens,
  CASE WHEN is_call THEN 'unpriced' END AS cost_basis,
  epoch_ms(end_time) - epoch_ms(start_time) AS latency_ms,
  span_id,
  trace_id,
  error
FROM told
WHERE trace_id IS NOT NULL AND (is_call OR span_type IN ('tool_use', 'tool'))
ORDER BY row_key
