-- Pidgin's LM calls → events. Costs are cents in the file. Keys: four kinds of rows share the table, this is the first.
SELECT
  c.number * 4 AS event_key,
  c.conversation_id AS session_id,
  t.step_key,
  'cais' AS event_type,
  CASE WHEN c.is_used AND c.turn_number IS NULL THEN 'TokenUsage' END AS name,
  c.agent_id || coalesce(' (' || c.model || ')', '') AS system_id,
  c.occurred_at,
  c.number AS sequence,
  c.model,
  c.provider,
  c.prompt_tokens AS input_tokens,
  c.completion_tokens AS output_tokens,
  c.total_tokens,
  c.cache_read_tokens,
  c.cache_write_tokens,
  c.cost_usd,
  CASE WHEN c.cost_usd IS NULL THEN 'unpriced' ELSE 'reported' END AS cost_basis,
  c.latency_ms
FROM calls c
LEFT JOIN turns t USING (conversation_id, turn_number)
ORDER BY c.number
