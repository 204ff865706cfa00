-- Junjo's two tables as its server makes them.
CREATE TABLE spans (
  trace_id VARCHAR(32) NOT NULL, span_id VARCHAR(16) NOT NULL, parent_span_id VARCHAR(16), service_name VARCHAR NOT NULL, name VARCHAR,
  kind VARCHAR, start_time TIMESTAMPTZ NOT NULL, end_time TIMESTAMPTZ NOT NULL, status_code VARCHAR, status_message VARCHAR,
  attributes_json JSON, events_json JSON, links_json JSON, trace_flags INTEGER, trace_state VARCHAR, junjo_id VARCHAR,
  junjo_parent_id VARCHAR, junjo_span_type VARCHAR, junjo_wf_state_start JSON, junjo_wf_state_end JSON, junjo_wf_graph_structure JSON,
  junjo_wf_store_id VARCHAR, PRIMARY KEY (trace_id, span_id)
);
CREATE TABLE state_patches (
  patch_id VARCHAR PRIMARY KEY, service_name VARCHAR NOT NULL, trace_id VARCHAR(32) NOT NULL, span_id VARCHAR(16) NOT NULL,
  workflow_id VARCHAR NOT NULL, node_id VARCHAR NOT NULL, event_time TIMESTAMPTZ NOT NULL, patch_json JSON NOT NULL,
  patch_store_id VARCHAR NOT NULL, FOREIGN KEY (trace_id, span_id) REFERENCES spans (trace_id, span_id)
);
