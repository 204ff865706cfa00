-- A few traces with the corners of real ones: mixed bases of cost, items without a step, unknown times, an error, a conversation.
INSERT INTO experiments (source_id, experiment_id, name) VALUES ('a', 'exp_1', 'Crafter sweep');
INSERT INTO sessions (source_id, session_id, experiment_id, kind, title, status, created_at, started_at, ended_at, error, metadata) VALUES
  ('a', 's1', 'exp_1', 'session', 'First run', 'completed', '2026-01-01 10:00:00', '2026-01-01 10:00:00', '2026-01-01 10:01:00', NULL, '{"user":"u1"}'),
  ('a', 's2', NULL, 'session', NULL, 'error', '2026-01-02 10:00:00', NULL, NULL, 'Rate limit', NULL),
  ('a', 's3', NULL, 'conversation', 'Two sides', 'running', '2026-01-03 10:00:00', NULL, NULL, NULL, NULL),
  ('b', 's1', NULL, 'session', 'Same id, other source', 'unknown', NULL, NULL, NULL, NULL, NULL);
INSERT INTO timesteps (source_id, step_key, session_id, step_id, step_index, turn_number, started_at, completed_at) VALUES
  ('a', 12, 's1', 'step_1', 1, 1, '2026-01-01 10:00:10', NULL),
  ('a', 11, 's1', 'step_0', 0, 0, '2026-01-01 10:00:00', '2026-01-01 10:00:05.5');
INSERT INTO events (source_id, event_key, session_id, step_key, event_type, system_id, occurred_at, sequence, model, provider,
  input_tokens, output_tokens, total_tokens, cache_read_tokens, cost_usd, cost_basis, latency_ms, reward, terminated, truncated, error) VALUES
  ('a', 101, 's1', 11, 'cais', 'llm', '2026-01-01 10:00:01', 1, 'gpt-5-nano', 'openai', 1000, 100, 1100, 10, 0.25, 'reported', 900, NULL, NULL, NULL, NULL),
  ('a', 102, 's1', 11, 'environment', 'env', '2026-01-01 10:00:02', 2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0.5, FALSE, FALSE, NULL),
  ('a', 103, 's1', 11, 'runtime', 'rt', '2026-01-01 10:00:03', 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
  ('a', 104, 's1', 12, 'cais', 'llm', '2026-01-01 10:00:11', 4, 'gpt-5-nano', 'openai', 500, 50, 550, NULL, 0, 'reported_rounded', 1100, NULL, NULL, NULL, NULL),
  ('a', 105, 's1', 12, 'environment', 'env', '2026-01-01 10:00:12', 5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 1.0, TRUE, FALSE, NULL),
  ('a', 9007199254740993, 's1', NULL, 'cais', 'llm', NULL, NULL, 'claude-sonnet-4', 'anthropic', 9007199254740993, 1, 9007199254740994, NULL, NULL, 'unpriced', 30000, NULL, NULL, NULL, 'Overloaded'),
  ('a', 201, 's2', NULL, 'cais', 'llm', '2026-01-02 10:00:01', 1, 'claude-sonnet-4', 'anthropic', 10, 5, 15, NULL, 0.01, 'priced', 400, NULL, NULL, NULL, 'Rate limit');
INSERT INTO event_payloads (source_id, event_key, session_id, call_records, state_before, state_after, metadata) VALUES
  ('a', 101, 's1', '[{"output_tool_calls":[{"name":"interact","arguments_json":"{\"action\":3}","call_id":"c1"},{"name":"look","arguments_json":"{}","call_id":"c2"}],"tool_results":[{"call_id":"c2","output_text":"a tree"}],"outcome":"success","error":null}]', NULL, NULL, '{}'),
  ('a', 102, 's1', NULL, NULL, '{"public_state":{"achievements_status":{"collect_wood":true,"eat_cow":false}}}', NULL),
  ('a', 103, 's1', NULL, NULL, NULL, '{"actions":[3,5]}'),
  ('a', 104, 's1', 'this is no JSON', NULL, NULL, NULL),
  ('a', 105, 's1', NULL, NULL, '{"public_state":{"achievements_status":{"collect_wood":true,"eat_cow":true}}}', NULL);
INSERT INTO messages (source_id, message_key, session_id, step_key, role, author, content, occurred_at, sequence) VALUES
  ('a', 1, 's1', 11, 'user', NULL, 'Where is the 100% TREE?', '2026-01-01 10:00:00.5', 0),
  ('a', 2, 's1', 11, 'assistant', NULL, repeat('x', 5000), '2026-01-01 10:00:01', 1),
  ('a', 3, 's1', 99, 'system', NULL, 'names a step that is not there', NULL, 7),
  ('a', 4, 's3', NULL, 'assistant', 'agent_a', 'Hello!', '2026-01-03 10:00:01', 1),
  ('a', 5, 's3', NULL, 'assistant', 'agent_b', 'Hello!', '2026-01-03 10:00:02', 2);
INSERT INTO rewards (source_id, reward_key, session_id, scope, event_key, message_key, turn_number, value, reward_type, reward_name, created_at) VALUES
  ('a', 1, 's1', 'event', 102, NULL, NULL, 1.0, 'achievement_delta', 'collect_wood', NULL),
  ('a', 2, 's1', 'outcome', NULL, NULL, NULL, 7, NULL, NULL, '2026-01-01 10:01:00');
INSERT INTO turn_metrics (source_id, session_id, turn_number, occurred_at, convergence_recorded, convergence_score) VALUES
  ('a', 's3', 0, '2026-01-03 10:00:02', 0.8, 0.8), ('a', 's3', 1, '2026-01-03 10:00:04', 0.9, 0.95), ('a', 's3', 2, NULL, NULL, 1.0);
INSERT INTO session_stats (source_id, session_id, steps, events, messages, lm_calls, errors, input_tokens, output_tokens, total_tokens, cost_usd,
  cost_reported_usd, cost_rounded_usd, cost_priced_usd, calls_reported, calls_rounded, calls_rounded_zero, calls_priced, calls_unpriced,
  latency_ms_total, reward, reward_basis, models, providers, systems, first_at, last_at) VALUES
  ('a', 's1', 2, 6, 3, 3, 1, 9007199254742493, 151, 9007199254742644, 0.25, 0.25, 0, 0, 1, 1, 1, 0, 1, 32000, 7, 'outcome',
    ['gpt-5-nano', 'claude-sonnet-4'], ['openai', 'anthropic'], ['llm', 'env', 'rt'], '2026-01-01 10:00:00', '2026-01-01 10:01:00'),
  ('a', 's2', 0, 1, 0, 1, 1, 10, 5, 15, 0.01, 0, 0, 0.01, 0, 0, 0, 1, 0, 400, NULL, NULL, ['claude-sonnet-4'], ['anthropic'], ['llm'],
    '2026-01-02 10:00:01', '2026-01-02 10:00:01');
