-- The LM calls. Where a conversation has a usage row for each message, both are one call; where it has fewer (newer importers write one a
-- side), the usage rows are the calls, as tokens must not count twice; where it has none, the messages are, without tokens.
CREATE OR REPLACE TEMP TABLE calls AS
WITH spoken AS (
  SELECT
    m.conversation_id, m.turn_number, m.agent_id, m."timestamp" - to_seconds(coalesce(s.seconds, 0)) AS occurred_at,
    row_number() OVER (PARTITION BY m.conversation_id ORDER BY m.turn_number, m.agent_id) AS place,
    count(*) OVER (PARTITION BY m.conversation_id) AS messages,
    m.row_key
  FROM whole.messages m
  LEFT JOIN time_shifts s USING (conversation_id)
  WHERE m.agent_id IN ('agent_a', 'agent_b') AND m.conversation_id IS NOT NULL
),
used AS (
  SELECT
    *,
    row_number() OVER (PARTITION BY conversation_id ORDER BY "timestamp", row_key) AS place,
    count(*) OVER (PARTITION BY conversation_id) AS usages
  FROM whole.token_usage
  WHERE conversation_id IS NOT NULL
),
paired AS (
  SELECT
    coalesce(u.conversation_id, s.conversation_id) AS conversation_id,
    CASE WHEN u.usages IS NULL OR u.usages = s.messages THEN s.turn_number END AS turn_number,
    CASE WHEN u.usages IS NULL OR u.usages = s.messages THEN s.agent_id END AS agent_id,
    coalesce(u."timestamp", s.occurred_at) AS occurred_at,
    u.provider, u.model, u.prompt_tokens, u.completion_tokens, u.total_tokens, u.cache_read_tokens, u.cache_write_tokens,
    u.prompt_cost, u.completion_cost, u.total_cost,
    u.usages IS NOT NULL AS is_used,
    CASE WHEN u.usages IS NULL THEN s.row_key * 2 + 1 ELSE u.row_key * 2 END AS number
  FROM used u
  FULL JOIN spoken s ON s.conversation_id = u.conversation_id AND s.place = u.place AND s.messages = u.usages
  -- A message whose conversation has usage rows, but not one for each message, is no call of its own.
  WHERE u.conversation_id IS NOT NULL OR s.conversation_id NOT IN (SELECT conversation_id FROM used)
)
SELECT
  p.number,
  p.conversation_id,
  p.turn_number,
  coalesce(p.agent_id,
    CASE WHEN c.agent_a_model IS DISTINCT FROM c.agent_b_model AND p.model = c.agent_a_model THEN 'agent_a'
      WHEN c.agent_a_model IS DISTINCT FROM c.agent_b_model AND p.model = c.agent_b_model THEN 'agent_b' END) AS agent_id,
  p.occurred_at,
  lower(coalesce(p.provider, CASE p.agent_id WHEN 'agent_a' THEN c.agent_a_provider WHEN 'agent_b' THEN c.agent_b_provider END)) AS provider,
  coalesce(p.model, CASE p.agent_id WHEN 'agent_a' THEN c.agent_a_model WHEN 'agent_b' THEN c.agent_b_model END) AS model,
  p.prompt_tokens,
  p.completion_tokens,
  coalesce(p.total_tokens, p.prompt_tokens + p.completion_tokens) AS total_tokens,
  p.cache_read_tokens,
  p.cache_write_tokens,
  coalesce(p.total_cost, p.prompt_cost + p.completion_cost) / 100 AS cost_usd,
  p.is_used,
  CASE p.agent_id WHEN 'agent_a' THEN m.message_a_response_time_ms WHEN 'agent_b' THEN m.message_b_response_time_ms END AS latency_ms
FROM paired p
LEFT JOIN whole.conversations c ON c.conversation_id = p.conversation_id
LEFT JOIN whole.turn_metrics m ON m.conversation_id = p.conversation_id AND m.turn_number = p.turn_number
