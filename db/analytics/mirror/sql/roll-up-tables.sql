-- What charts read instead of every event with figures: sums by session, model, cost basis and five minutes.
-- `entries`: the events that are summed, of which `calls` are LM calls; the others say what several calls took together. Errors and latencies
-- are of LM calls.
-- `slot` counts five minutes since 1970, NULL where the time is unknown or too far off. Rows are added as events land; a group may have several.
-- `bins`: a character a call that has a latency, of code 512 + floor(51 * ln(latency in ms)), whose middle, exp((bin + 0.5) / 51), is at most
-- 0.99 % off; code 128: no more than 0 ms. Codes 128 to 2047 are two bytes each in UTF-8.
CREATE TABLE call_models (
  model_no SMALLINT NOT NULL,
  model VARCHAR,
  provider VARCHAR
);
CREATE TABLE call_usage (
  session_no BIGINT,
  slot INTEGER,
  model_no SMALLINT NOT NULL,
  cost_basis VARCHAR,
  entries INTEGER NOT NULL,
  calls INTEGER NOT NULL,
  input_tokens BIGINT,
  output_tokens BIGINT,
  total_tokens BIGINT,
  cost_usd DOUBLE,
  zeros INTEGER NOT NULL,
  errors INTEGER NOT NULL,
  latencies INTEGER NOT NULL,
  latency_ms_max DOUBLE,
  first_ms BIGINT,
  last_ms BIGINT,
  bins VARCHAR
);
