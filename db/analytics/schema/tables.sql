-- The canonical tables of one mirror file. Column for column `db/model/tables.ts`; a test compares them.
-- Times are UTC. No keys and no indexes: appends stay fast, rows are de-duplicated before they come here.

CREATE TABLE experiments (
  source_id VARCHAR NOT NULL,
  experiment_id VARCHAR NOT NULL,
  name VARCHAR,
  description VARCHAR,
  status VARCHAR,
  created_at TIMESTAMP,
  configuration VARCHAR,
  error VARCHAR,
  metadata VARCHAR
);

CREATE TABLE systems (
  source_id VARCHAR NOT NULL,
  system_id VARCHAR NOT NULL,
  name VARCHAR,
  system_type VARCHAR,
  description VARCHAR,
  created_at TIMESTAMP,
  metadata VARCHAR
);

CREATE TABLE system_versions (
  source_id VARCHAR NOT NULL,
  version_id VARCHAR NOT NULL,
  system_id VARCHAR NOT NULL,
  version_number VARCHAR,
  commit_hash VARCHAR,
  created_at TIMESTAMP,
  configuration VARCHAR,
  metadata VARCHAR
);

CREATE TABLE experiment_systems (
  source_id VARCHAR NOT NULL,
  experiment_id VARCHAR NOT NULL,
  system_id VARCHAR NOT NULL,
  version_id VARCHAR
);

CREATE TABLE sessions (
  source_id VARCHAR NOT NULL,
  session_id VARCHAR NOT NULL,
  experiment_id VARCHAR,
  kind VARCHAR NOT NULL,
  title VARCHAR,
  status VARCHAR NOT NULL,
  created_at TIMESTAMP,
  started_at TIMESTAMP,
  ended_at TIMESTAMP,
  error VARCHAR,
  metadata VARCHAR
);

CREATE TABLE timesteps (
  source_id VARCHAR NOT NULL,
  step_key BIGINT NOT NULL,
  session_id VARCHAR NOT NULL,
  step_id VARCHAR,
  step_index INTEGER,
  turn_number INTEGER,
  started_at TIMESTAMP,
  completed_at TIMESTAMP,
  metadata VARCHAR
);

CREATE TABLE events (
  source_id VARCHAR NOT NULL,
  event_key BIGINT NOT NULL,
  session_id VARCHAR NOT NULL,
  step_key BIGINT,
  event_type VARCHAR NOT NULL,
  name VARCHAR,
  system_id VARCHAR,
  occurred_at TIMESTAMP,
  sequence BIGINT,
  model VARCHAR,
  provider VARCHAR,
  input_tokens BIGINT,
  output_tokens BIGINT,
  total_tokens BIGINT,
  cache_read_tokens BIGINT,
  cache_write_tokens BIGINT,
  reasoning_tokens BIGINT,
  cost_usd DOUBLE,
  cost_basis VARCHAR,
  latency_ms DOUBLE,
  span_id VARCHAR,
  trace_id VARCHAR,
  reward DOUBLE,
  terminated BOOLEAN,
  truncated BOOLEAN,
  error VARCHAR
);

CREATE TABLE event_payloads (
  source_id VARCHAR NOT NULL,
  event_key BIGINT NOT NULL,
  session_id VARCHAR NOT NULL,
  call_records VARCHAR,
  state_before VARCHAR,
  state_after VARCHAR,
  metadata VARCHAR
);

CREATE TABLE messages (
  source_id VARCHAR NOT NULL,
  message_key BIGINT NOT NULL,
  session_id VARCHAR NOT NULL,
  step_key BIGINT,
  role VARCHAR NOT NULL,
  author VARCHAR,
  content VARCHAR NOT NULL,
  occurred_at TIMESTAMP,
  sequence BIGINT,
  metadata VARCHAR
);

CREATE TABLE rewards (
  source_id VARCHAR NOT NULL,
  reward_key BIGINT NOT NULL,
  session_id VARCHAR NOT NULL,
  scope VARCHAR NOT NULL,
  event_key BIGINT,
  message_key BIGINT,
  turn_number INTEGER,
  value DOUBLE,
  reward_type VARCHAR,
  reward_name VARCHAR,
  achievements_count INTEGER,
  total_steps INTEGER,
  annotation VARCHAR,
  author VARCHAR,
  created_at TIMESTAMP,
  metadata VARCHAR
);

CREATE TABLE turn_metrics (
  source_id VARCHAR NOT NULL,
  session_id VARCHAR NOT NULL,
  turn_number INTEGER NOT NULL,
  occurred_at TIMESTAMP,
  convergence_recorded DOUBLE,
  convergence_score DOUBLE
);

-- The attributes are most of a file of spans. To find out how to compress them, DuckDB would try each way on all of them first.
CREATE TABLE spans (
  source_id VARCHAR NOT NULL,
  trace_id VARCHAR NOT NULL,
  span_id VARCHAR NOT NULL,
  parent_span_id VARCHAR,
  session_id VARCHAR NOT NULL,
  service_name VARCHAR,
  name VARCHAR,
  kind VARCHAR,
  start_ns BIGINT,
  end_ns BIGINT,
  start_time TIMESTAMP,
  end_time TIMESTAMP,
  status_code VARCHAR,
  status_message VARCHAR,
  attributes_json VARCHAR USING COMPRESSION zstd,
  events_json VARCHAR,
  links_json VARCHAR,
  trace_flags INTEGER,
  trace_state VARCHAR,
  junjo_id VARCHAR,
  junjo_parent_id VARCHAR,
  junjo_span_type VARCHAR,
  junjo_wf_state_start VARCHAR,
  junjo_wf_state_end VARCHAR,
  junjo_wf_graph_structure VARCHAR,
  junjo_wf_store_id VARCHAR
);

CREATE TABLE state_patches (
  source_id VARCHAR NOT NULL,
  patch_id VARCHAR NOT NULL,
  service_name VARCHAR,
  trace_id VARCHAR NOT NULL,
  span_id VARCHAR NOT NULL,
  workflow_id VARCHAR,
  node_id VARCHAR,
  event_time TIMESTAMP,
  event_ns BIGINT,
  patch_json VARCHAR NOT NULL,
  patch_store_id VARCHAR
);

-- One row a session, derived from the tables above while stages land: what lists, facets and totals read.
CREATE TABLE session_stats (
  source_id VARCHAR NOT NULL,
  session_id VARCHAR NOT NULL,
  steps INTEGER,
  events INTEGER,
  messages INTEGER,
  lm_calls INTEGER,
  errors INTEGER,
  input_tokens BIGINT,
  output_tokens BIGINT,
  total_tokens BIGINT,
  cost_usd DOUBLE,
  cost_reported_usd DOUBLE,
  cost_rounded_usd DOUBLE,
  cost_priced_usd DOUBLE,
  calls_reported INTEGER,
  calls_rounded INTEGER,
  calls_rounded_zero INTEGER,
  calls_priced INTEGER,
  calls_unpriced INTEGER,
  latency_ms_total DOUBLE,
  reward DOUBLE,
  reward_basis VARCHAR,
  models VARCHAR[],
  providers VARCHAR[],
  systems VARCHAR[],
  first_at TIMESTAMP,
  last_at TIMESTAMP
);
