-- Events of a page. Parameters: $source_id, $session_no, $keys. Order: none.
SELECT event_key, step_key, event_type, name, system_id, occurred_at, sequence, model, provider, input_tokens, output_tokens,
  cost_usd, cost_basis, latency_ms, reward, terminated, truncated, left(error, 4000) AS error
FROM keyed.events
WHERE source_id = $source_id AND session_no = $session_no AND event_key IN (SELECT unnest($keys::BIGINT[]))
