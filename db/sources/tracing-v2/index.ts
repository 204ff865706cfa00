import { type DeclaredTable, readOf, type TableFormat } from '../duckdb';
import eventsSql from './sql/events.sql?raw';
import experimentSystemsSql from './sql/experiment-systems.sql?raw';
import experimentsSql from './sql/experiments.sql?raw';
import keepOrderSql from './sql/keep-order.sql?raw';
import lostEventsSql from './sql/lost-events.sql?raw';
import lostMessagesSql from './sql/lost-messages.sql?raw';
import messagesSql from './sql/messages.sql?raw';
import payloadsSql from './sql/payloads.sql?raw';
import sessionsSql from './sql/sessions.sql?raw';
import stepNamesSql from './sql/step-names.sql?raw';
import systemVersionsSql from './sql/system-versions.sql?raw';
import systemsSql from './sql/systems.sql?raw';
import timestepsSql from './sql/timesteps.sql?raw';

const events: DeclaredTable = {
  id: 'BIGINT',
  session_id: 'VARCHAR',
  timestep_id: 'BIGINT',
  event_type: 'VARCHAR',
  system_instance_id: 'VARCHAR',
  event_time: 'TIMESTAMP',
  message_time: 'BIGINT',
  span_id: 'VARCHAR',
  trace_id: 'VARCHAR',
  model_name: 'VARCHAR',
  provider: 'VARCHAR',
  prompt_tokens: 'BIGINT',
  completion_tokens: 'BIGINT',
  total_tokens: 'BIGINT',
  cost: 'DOUBLE',
  latency_ms: 'DOUBLE',
  reward: 'DOUBLE',
  terminated: 'BOOLEAN',
  truncated: 'BOOLEAN',
  system_state_before: 'VARCHAR',
  system_state_after: 'VARCHAR',
  metadata: 'VARCHAR',
  event_metadata: 'VARCHAR',
};

/** tracing v2, in its DuckDB file or the four Parquet files of its export. Costs are dollars; steps are named in the metadata alone. */
export const tracingV2: TableFormat = {
  name: 'tracing-v2',
  recognise(tables) {
    const events = tables.get('events')?.columns;
    const isOurs =
      tables.get('session_traces')?.columns.has('session_id') === true &&
      (events === undefined
        ? tables.get('session_timesteps')?.columns.has('timestamp') === true
        : events.has('system_instance_id') && (events.has('prompt_tokens') || events.has('cost')));
    return isOurs ? { dialect: null } : undefined;
  },
  tables: {
    session_traces: {
      session_id: 'VARCHAR',
      created_at: 'TIMESTAMP',
      metadata: 'VARCHAR',
      experiment_id: 'VARCHAR',
    },
    session_timesteps: {
      id: 'BIGINT',
      session_id: 'VARCHAR',
      step_id: 'VARCHAR',
      step_index: 'INTEGER',
      timestamp: 'TIMESTAMP',
      step_metadata: 'VARCHAR',
    },
    events,
    messages: {
      id: 'BIGINT',
      session_id: 'VARCHAR',
      timestep_id: 'BIGINT',
      message_type: 'VARCHAR',
      content: 'VARCHAR',
      timestamp: 'TIMESTAMP',
      event_time: 'TIMESTAMP',
      message_time: 'BIGINT',
    },
    systems: { id: 'VARCHAR', name: 'VARCHAR', description: 'VARCHAR' },
    system_versions: {
      id: 'VARCHAR',
      system_id: 'VARCHAR',
      branch: 'VARCHAR',
      commit: 'VARCHAR',
      created_at: 'TIMESTAMP',
      description: 'VARCHAR',
    },
    experiments: {
      id: 'VARCHAR',
      name: 'VARCHAR',
      description: 'VARCHAR',
      created_at: 'TIMESTAMP',
      updated_at: 'TIMESTAMP',
    },
    experimental_systems: {
      experiment_id: 'VARCHAR',
      system_id: 'VARCHAR',
      system_version_id: 'VARCHAR',
    },
  },
  prepare: [keepOrderSql, stepNamesSql],
  reads: [
    readOf('session_traces', 'sessions', { stage: 'sessions', sql: sessionsSql, isBackward: true }),
    readOf('experiments', 'experiments', { stage: 'sessions', sql: experimentsSql }),
    readOf('systems', 'systems', { stage: 'sessions', sql: systemsSql }),
    readOf('system_versions', 'system_versions', { stage: 'sessions', sql: systemVersionsSql }),
    readOf('experimental_systems', 'experiment_systems', { stage: 'sessions', sql: experimentSystemsSql }),
    readOf('session_timesteps', 'timesteps', { stage: 'timesteps', sql: timestepsSql }),
    readOf('events', 'events', { stage: 'events', sql: eventsSql, isWide: true }),
    readOf('messages', 'messages', { stage: 'messages', sql: messagesSql, isWide: true }),
    readOf('events', 'event_payloads', { stage: 'payloads', sql: payloadsSql, isWide: true }),
  ],
  checks: [lostEventsSql, lostMessagesSql],
};
