-- A few rows for each quirk of real files.
INSERT INTO experiments VALUES
  ('exp_1', 'two ducks', TIMESTAMP '2025-08-08 20:00:00', NULL, NULL, 'completed', '{"max_turns": 2}', 4, 4, 0, NULL);
INSERT INTO conversations (conversation_id, experiment_id, created_at, started_at, completed_at, status, agent_a_model, agent_a_provider,
  agent_b_model, agent_b_provider, initial_prompt, total_turns, error_message) VALUES
  -- A usage row for each message, in cents; message times are 7 hours behind the turns'.
  ('each', 'exp_1', TIMESTAMP '2025-08-08 20:00:00', TIMESTAMP '2025-08-08 20:00:01', TIMESTAMP '2025-08-08 20:00:30', 'completed',
   'claude-sonnet-4', 'Anthropic', 'gpt-4.1', 'OpenAI', 'Hello', 2, NULL),
  -- One usage row a side; completed, and an error all the same.
  ('sides', 'exp_1', TIMESTAMP '2025-08-08 21:00:00', TIMESTAMP '2025-08-08 21:00:01', TIMESTAMP '2025-08-08 21:00:30', 'completed',
   'claude-sonnet-4', NULL, 'gpt-4.1', NULL, '', 3, 'rate limited'),
  -- No usage; it never ended.
  ('none', 'exp_1', TIMESTAMP '2025-08-08 22:00:00', TIMESTAMP '2025-08-08 22:00:01', NULL, 'running', 'gpt-4.1', NULL, 'gpt-4.1', NULL, NULL, 1, NULL),
  -- No turn, and its experiment is gone.
  ('empty', 'exp_gone', TIMESTAMP '2025-08-08 23:00:00', NULL, NULL, 'failed', NULL, NULL, NULL, NULL, NULL, 0, 'no key');
INSERT INTO messages VALUES
  ('each', 0, 'agent_a', 'Hello there. How are you?', TIMESTAMP '2025-08-08 13:00:09', 0, NULL),
  ('each', 0, 'agent_b', 'Hello. I am well!', TIMESTAMP '2025-08-08 13:00:10', 0, NULL),
  ('each', 1, 'agent_a', 'Quack', TIMESTAMP '2025-08-08 13:00:19', 0, NULL),
  ('each', 1, 'agent_b', 'Quack', TIMESTAMP '2025-08-08 13:00:20', 0, NULL),
  ('sides', 0, 'agent_a', 'One', TIMESTAMP '2025-08-08 21:00:10', 5, NULL),
  ('sides', 0, 'agent_b', '', TIMESTAMP '2025-08-08 21:00:10', 6, NULL),
  ('sides', 1, 'agent_a', 'Two', TIMESTAMP '2025-08-08 21:00:20', 5, NULL),
  ('sides', 1, 'agent_b', 'Three', TIMESTAMP '2025-08-08 21:00:20', 6, NULL),
  ('none', 0, 'agent_a', 'Alone', TIMESTAMP '2025-08-08 22:00:10', NULL, NULL);
INSERT INTO turn_metrics (conversation_id, turn_number, timestamp, convergence_score, message_a_response_time_ms, message_b_response_time_ms) VALUES
  ('each', 0, TIMESTAMP '2025-08-08 20:00:10', 0.41, 1200, 900),
  ('each', 1, TIMESTAMP '2025-08-08 20:00:20', 1.0, NULL, NULL),
  ('sides', 0, TIMESTAMP '2025-08-08 21:00:10', NULL, NULL, NULL),
  -- A turn of which no message was kept.
  ('sides', 2, TIMESTAMP '2025-08-08 21:00:25', 0.5, NULL, NULL);
INSERT INTO token_usage (timestamp, conversation_id, provider, model, prompt_tokens, completion_tokens, total_tokens, cache_read_tokens, prompt_cost, completion_cost, total_cost) VALUES
  (TIMESTAMP '2025-08-08 20:00:09', 'each', 'Anthropic', 'claude-sonnet-4', 100, 10, 110, 40, 0.03, 0.015, 0.045),
  (TIMESTAMP '2025-08-08 20:00:10', 'each', 'OpenAI', 'gpt-4.1', 120, 9, 129, NULL, NULL, NULL, NULL),
  (TIMESTAMP '2025-08-08 20:00:19', 'each', 'Anthropic', 'claude-sonnet-4', 130, 2, 132, NULL, 0.039, 0.003, NULL),
  (TIMESTAMP '2025-08-08 20:00:20', 'each', 'OpenAI', 'gpt-4.1', 140, 2, 142, NULL, NULL, NULL, 0),
  (TIMESTAMP '2025-08-08 21:00:30', 'sides', 'anthropic', 'claude-sonnet-4', 500, 50, 550, 0, NULL, NULL, 12.5),
  (TIMESTAMP '2025-08-08 21:00:30', 'sides', 'openai', 'gpt-4.1', 400, 40, 440, 0, NULL, NULL, NULL);
INSERT INTO events (timestamp, event_type, conversation_id, experiment_id, event_data, sequence) VALUES
  (TIMESTAMP '2025-08-08 20:00:01', 'ConversationStartEvent', 'each', 'exp_1', '{"agent_a_model": "claude-sonnet-4"}', 1),
  (TIMESTAMP '2025-08-08 20:00:05', 'RateLimitPaceEvent', 'each', 'exp_1', '{"provider": "anthropic", "wait_time": 1.5, "turn_number": 0}', 2),
  (TIMESTAMP '2025-08-08 20:00:06', 'APIErrorEvent', 'each', 'exp_1', '{"agent_id": "agent_a", "error_message": "overloaded", "provider": "anthropic"}', 3),
  (TIMESTAMP '2025-08-08 20:00:07', 'PostProcessingStartEvent', NULL, 'exp_1', '{}', 4);
INSERT INTO thinking_traces VALUES ('each', 1, 'agent_a', 'What does a duck say?', 7, 300, TIMESTAMP '2025-08-08 20:00:18');
INSERT INTO context_truncations VALUES ('each', 'exp_1', 'agent_b', 1, 3, TIMESTAMP '2025-08-08 20:00:20');
