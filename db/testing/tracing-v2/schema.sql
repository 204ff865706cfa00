-- tracing v2 as its own writer made it last: three sequences, no foreign keys on the traces (so parents can be missing), the tables of
-- experiments and systems, two views. `session_traces.experiment_id` came later and is the last column.
CREATE SEQUENCE timestep_id_seq;
CREATE SEQUENCE event_id_seq;
CREATE SEQUENCE message_id_seq;
CREATE TABLE session_traces (
  session_id VARCHAR PRIMARY KEY,
  created_at TIMESTAMP,
  num_timesteps INTEGER,
  num_events INTEGER,
  num_messages INTEGER,
  metadata JSON,
  experiment_id VARCHAR
);
CREATE TABLE session_timesteps (
  id INTEGER PRIMARY KEY DEFAULT nextval('timestep_id_seq'),
  session_id VARCHAR NOT NULL,
  step_id VARCHAR NOT NULL,
  step_index INTEGER NOT NULL,
  timestamp TIMESTAMP NOT NULL,
  num_events INTEGER,
  num_messages INTEGER,
  step_metadata JSON,
  UNIQUE (session_id, step_id)
);
CREATE TABLE events (
  id INTEGER PRIMARY KEY DEFAULT nextval('event_id_seq'),
  session_id VARCHAR NOT NULL,
  timestep_id INTEGER,
  event_type VARCHAR NOT NULL,
  system_instance_id VARCHAR NOT NULL,
  event_time TIMESTAMP,
  message_time INTEGER,
  span_id VARCHAR,
  trace_id VARCHAR,
  model_name VARCHAR,
  provider VARCHAR,
  prompt_tokens INTEGER,
  completion_tokens INTEGER,
  total_tokens INTEGER,
  cost DOUBLE,
  latency_ms DOUBLE,
  reward DOUBLE,
  terminated BOOLEAN,
  system_state_before JSON,
  system_state_after JSON,
  metadata JSON,
  event_metadata JSON
);
CREATE TABLE messages (
  id INTEGER PRIMARY KEY DEFAULT nextval('message_id_seq'),
  session_id VARCHAR NOT NULL,
  timestep_id INTEGER,
  message_type VARCHAR NOT NULL,
  content JSON NOT NULL,
  timestamp TIMESTAMP,
  event_time TIMESTAMP,
  message_time INTEGER
);
CREATE TABLE systems (
  id VARCHAR PRIMARY KEY,
  name VARCHAR NOT NULL,
  description TEXT
);
CREATE TABLE system_versions (
  id VARCHAR PRIMARY KEY,
  system_id VARCHAR NOT NULL,
  branch VARCHAR,
  "commit" VARCHAR,
  created_at TIMESTAMP NOT NULL,
  description TEXT,
  FOREIGN KEY (system_id) REFERENCES systems (id)
);
CREATE TABLE experiments (
  id VARCHAR PRIMARY KEY,
  name VARCHAR NOT NULL,
  description TEXT,
  created_at TIMESTAMP NOT NULL,
  updated_at TIMESTAMP NOT NULL
);
CREATE TABLE experimental_systems (
  experiment_id VARCHAR NOT NULL,
  system_id VARCHAR NOT NULL,
  system_version_id VARCHAR NOT NULL,
  PRIMARY KEY (experiment_id, system_id),
  FOREIGN KEY (experiment_id) REFERENCES experiments (id),
  FOREIGN KEY (system_id) REFERENCES systems (id),
  FOREIGN KEY (system_version_id) REFERENCES system_versions (id)
);
CREATE INDEX idx_events_session_time ON events (session_id, event_time);
CREATE INDEX idx_events_system ON events (system_instance_id, event_type);
CREATE INDEX idx_events_model ON events (model_name, provider);
CREATE INDEX idx_messages_session_time ON messages (session_id, timestamp);
CREATE INDEX idx_messages_type ON messages (message_type);
CREATE INDEX idx_system_versions_system ON system_versions (system_id);
CREATE INDEX idx_experimental_systems ON experimental_systems (experiment_id);
CREATE INDEX idx_session_experiment ON session_traces (experiment_id);
CREATE VIEW model_usage_stats AS
SELECT model_name, provider, count(*) AS call_count, sum(prompt_tokens) AS total_prompt_tokens,
  sum(completion_tokens) AS total_completion_tokens, sum(total_tokens) AS total_tokens, avg(latency_ms) AS avg_latency_ms,
  sum(cost) AS total_cost, min(event_time) AS first_call, max(event_time) AS last_call
FROM events WHERE event_type = 'cais' AND model_name IS NOT NULL GROUP BY model_name, provider;
CREATE VIEW session_summary AS
SELECT s.session_id, s.created_at, s.num_timesteps, s.num_events, s.num_messages, sum(e.total_tokens) AS total_tokens_used,
  sum(e.cost) AS total_cost
FROM session_traces s LEFT JOIN events e ON s.session_id = e.session_id AND e.event_type = 'cais'
GROUP BY ALL;
