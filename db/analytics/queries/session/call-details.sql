-- What the payloads of a page's events say: tool calls with results, call errors, actions, and the achievements in the state after an event,
-- the JSON object {name: unlocked}. Parameters: $source_id, $session_no, $keys, $cut (characters of a text), $largest (characters of JSON that
-- is still looked into). Order: none. Text that is no JSON gives nothing.
WITH payloads AS (
  SELECT event_key, call_records IS NOT NULL OR state_before IS NOT NULL OR state_after IS NOT NULL OR metadata IS NOT NULL AS has_payload,
    CASE WHEN length(call_records) <= $largest AND json_valid(call_records) THEN call_records END AS records,
    CASE WHEN length(metadata) <= $largest AND json_valid(metadata) THEN metadata END AS meta,
    CASE WHEN length(state_after) <= $largest AND contains(state_after, 'achievements_status') AND json_valid(state_after) THEN state_after END AS state
  FROM keyed.event_payloads
  WHERE source_id = $source_id AND session_no = $session_no AND event_key IN (SELECT unnest($keys::BIGINT[]))
)
SELECT event_key, has_payload,
  list_transform(json_extract(records, '$[*].output_tool_calls[*]')[1:100], lambda c: {
    'name': coalesce(c->>'name', c->>'$.function.name', ''),
    'text': left(coalesce(c->>'arguments_json', c->>'arguments', c->>'$.function.arguments', ''), $cut::BIGINT),
    'length': length(coalesce(c->>'arguments_json', c->>'arguments', c->>'$.function.arguments', '')),
    'call_id': coalesce(c->>'call_id', c->>'id')
  }) AS tool_calls,
  list_transform(json_extract(records, '$[*].tool_results[*]')[1:100], lambda r: {
    'call_id': coalesce(r->>'call_id', r->>'tool_call_id', r->>'id'),
    'text': left(coalesce(r->>'output_text', r->>'output', r->>'content', r->>'result', r->>'$'), $cut::BIGINT),
    'length': length(coalesce(r->>'output_text', r->>'output', r->>'content', r->>'result', r->>'$'))
  }) AS tool_results,
  json_extract_string(records, '$[*].error') AS call_errors,
  left(CAST(json_extract(meta, '$.actions') AS VARCHAR), 400) AS actions,
  left(CAST(coalesce(json_extract(state, '$.public_state.achievements_status'), json_extract(state, '$.achievements_status')) AS VARCHAR), 100000)
    AS achievements
FROM payloads
