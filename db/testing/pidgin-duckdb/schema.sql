-- Pidgin's tables as its newest writer makes them, without the eighty measures that nothing here reads.
CREATE TABLE experiments (
  experiment_id TEXT PRIMARY KEY, name TEXT NOT NULL, created_at TIMESTAMP, started_at TIMESTAMP, completed_at TIMESTAMP, status TEXT,
  config JSON, total_conversations INTEGER, completed_conversations INTEGER, failed_conversations INTEGER, metadata JSON
);
CREATE TABLE conversations (
  conversation_id TEXT PRIMARY KEY, experiment_id TEXT NOT NULL, created_at TIMESTAMP, started_at TIMESTAMP, completed_at TIMESTAMP,
  status TEXT DEFAULT 'created', agent_a_model TEXT, agent_a_provider TEXT, agent_a_temperature DOUBLE, agent_a_chosen_name TEXT,
  agent_b_model TEXT, agent_b_provider TEXT, agent_b_temperature DOUBLE, agent_b_chosen_name TEXT, initial_prompt TEXT, max_turns INTEGER,
  first_speaker TEXT DEFAULT 'agent_a', total_turns INTEGER DEFAULT 0, final_convergence_score DOUBLE, convergence_reason TEXT,
  duration_ms INTEGER, error_message TEXT, error_type TEXT, error_timestamp TIMESTAMP, had_truncation BOOLEAN DEFAULT false
);
CREATE TABLE messages (
  conversation_id TEXT, turn_number INTEGER, agent_id TEXT, content TEXT, timestamp TIMESTAMP, token_count INTEGER,
  model_reported_tokens INTEGER, PRIMARY KEY (conversation_id, turn_number, agent_id)
);
CREATE TABLE token_usage (
  id UUID DEFAULT gen_random_uuid() PRIMARY KEY, timestamp TIMESTAMP, conversation_id TEXT, provider TEXT NOT NULL, model TEXT NOT NULL,
  prompt_tokens INTEGER, completion_tokens INTEGER, total_tokens INTEGER, cache_read_tokens INTEGER, cache_write_tokens INTEGER,
  prompt_cost DOUBLE, completion_cost DOUBLE, total_cost DOUBLE
);
CREATE TABLE events (
  event_id UUID DEFAULT gen_random_uuid() PRIMARY KEY, timestamp TIMESTAMP, event_type TEXT NOT NULL, conversation_id TEXT,
  experiment_id TEXT, event_data JSON, event_date DATE, sequence INTEGER
);
CREATE TABLE turn_metrics (
  conversation_id TEXT, turn_number INTEGER, timestamp TIMESTAMP, convergence_score DOUBLE, vocabulary_overlap DOUBLE,
  structural_similarity DOUBLE, message_a_response_time_ms INTEGER, message_b_response_time_ms INTEGER, word_frequencies_a JSON,
  word_frequencies_b JSON, shared_vocabulary JSON, turn_start_time TIMESTAMP, turn_end_time TIMESTAMP, duration_ms INTEGER,
  PRIMARY KEY (conversation_id, turn_number)
);
CREATE TABLE thinking_traces (
  conversation_id TEXT NOT NULL, turn_number INTEGER NOT NULL, agent_id TEXT NOT NULL, thinking_content TEXT NOT NULL,
  thinking_tokens INTEGER, duration_ms INTEGER, timestamp TIMESTAMP, PRIMARY KEY (conversation_id, turn_number, agent_id)
);
CREATE TABLE context_truncations (
  conversation_id TEXT NOT NULL, experiment_id TEXT, agent_id TEXT NOT NULL, turn_number INTEGER NOT NULL, messages_dropped INTEGER NOT NULL,
  timestamp TIMESTAMP, PRIMARY KEY (conversation_id, agent_id, turn_number)
);
CREATE VIEW convergence_trends AS
SELECT conversation_id, turn_number, convergence_score,
  avg(convergence_score) OVER (PARTITION BY conversation_id ORDER BY turn_number ROWS BETWEEN 4 PRECEDING AND CURRENT ROW) AS rolling_avg_5
FROM turn_metrics;
