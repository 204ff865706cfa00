-- The events of many.sql: a call, what the runtime made of it, what the world did. Parameter: $sessions.
INSERT INTO events (session_id, event_type, system_instance_id, event_time, message_time, span_id, trace_id, model_name, provider,
  prompt_tokens, completion_tokens, total_tokens, cost, latency_ms, reward, terminated, metadata)
SELECT format('many-{:06d}', s), ['cais', 'runtime', 'environment'][k + 1], ['llm', 'runtime', 'world'][k + 1],
  TIMESTAMP '2025-08-01 00:00:00' + INTERVAL (s) MINUTE + INTERVAL (30) SECOND + INTERVAL (t * 3 + k) MICROSECOND, t,
  CASE WHEN k = 0 THEN format('{:016x}', s * 4 + t) END, CASE WHEN k = 0 THEN format('{:032x}', s) END,
  CASE WHEN k = 0 THEN ['gpt-4.1-mini', 'claude-sonnet-4', 'llama-3.1'][(s % 3) + 1] END,
  CASE WHEN k = 0 THEN ['openai', 'anthropic', NULL][(s % 3) + 1] END,
  CASE WHEN k = 0 THEN 100 + s % 50 END, CASE WHEN k = 0 THEN 10 + t END, CASE WHEN k = 0 THEN 110 + s % 50 + t END,
  CASE WHEN k = 0 THEN (s * 4 + t) * 0.000137 END, CASE WHEN k = 0 THEN 250 + t * 0.125 END,
  CASE WHEN k = 2 THEN (s + t) % 3 / 2 END, CASE WHEN k = 2 THEN t = 3 END,
  format('[{{"metadata_type": "timestep", "data": {{"step_id": "turn_{}"}}}}]', t)
FROM range($sessions) a (s), range(4) b (t), range(3) c (k)
ORDER BY s, t, k;
