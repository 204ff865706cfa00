import type { DeclaredTable } from '../duckdb';

/**
 * Junjo's spans as its server has written them: with `junjo_…` columns (DuckDB), in its first months with `workflow_id` and `node_id`, now
 * as Parquet with everything in `attributes`.
 */
const spans: DeclaredTable = {
  trace_id: 'VARCHAR',
  span_id: 'VARCHAR',
  parent_span_id: 'VARCHAR',
  service_name: 'VARCHAR',
  name: 'VARCHAR',
  kind: 'VARCHAR',
  start_time: 'TIMESTAMP',
  end_time: 'TIMESTAMP',
  start_ns: { of: 'start_time', type: 'NANOSECONDS' },
  end_ns: { of: 'end_time', type: 'NANOSECONDS' },
  status_code: 'VARCHAR',
  status_message: 'VARCHAR',
  attributes_json: 'VARCHAR',
  events_json: 'VARCHAR',
  links_json: 'VARCHAR',
  trace_flags: 'INTEGER',
  trace_state: 'VARCHAR',
  junjo_id: 'VARCHAR',
  junjo_parent_id: 'VARCHAR',
  junjo_span_type: 'VARCHAR',
  junjo_wf_state_start: 'VARCHAR',
  junjo_wf_state_end: 'VARCHAR',
  junjo_wf_graph_structure: 'VARCHAR',
  junjo_wf_store_id: 'VARCHAR',
  workflow_id: 'VARCHAR',
  node_id: 'VARCHAR',
  span_type: 'VARCHAR',
  initial_state: 'VARCHAR',
  final_state: 'VARCHAR',
  span_kind: 'INTEGER',
  attributes: 'VARCHAR',
  events: 'VARCHAR',
};

const statePatches: DeclaredTable = {
  patch_id: 'VARCHAR',
  service_name: 'VARCHAR',
  trace_id: 'VARCHAR',
  span_id: 'VARCHAR',
  workflow_id: 'VARCHAR',
  node_id: 'VARCHAR',
  event_time: 'TIMESTAMP',
  event_ns: { of: 'event_time', type: 'NANOSECONDS' },
  patch_json: 'VARCHAR',
  patch_store_id: 'VARCHAR',
};

export const junjoTables = { spans, state_patches: statePatches };
