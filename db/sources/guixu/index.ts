import { readOf, type TableFormat } from '../duckdb';
import eventsSql from './sql/events.sql?raw';
import rewardsSql from './sql/rewards.sql?raw';
import sessionsSql from './sql/sessions.sql?raw';
import spansSql from './sql/spans.sql?raw';

/** Guixu's traces, spans and scores in DuckDB. Times are microseconds. */
export const guixu: TableFormat = {
  name: 'guixu',
  recognise(tables) {
    const spans = tables.get('trace_spans')?.columns;
    return spans?.has('start_time_us') === true && spans.has('span_name') ? { dialect: null } : undefined;
  },
  tables: {
    traces: {
      trace_id: 'VARCHAR',
      trace_name: 'VARCHAR',
      started_at: { of: 'first_span_time_us', type: 'TIMESTAMP' },
      ended_at: { of: 'last_span_time_us', type: 'TIMESTAMP' },
      metadata: 'VARCHAR',
    },
    trace_spans: {
      trace_id: 'VARCHAR',
      span_id: 'VARCHAR',
      parent_span_id: 'VARCHAR',
      span_name: 'VARCHAR',
      span_type: 'VARCHAR',
      source: 'VARCHAR',
      start_time: { of: 'start_time_us', type: 'TIMESTAMP' },
      end_time: { of: 'end_time_us', type: 'TIMESTAMP' },
      start_ns: { of: 'start_time_us', type: 'NANOSECONDS' },
      end_ns: { of: 'end_time_us', type: 'NANOSECONDS' },
      attributes: 'VARCHAR',
      input_tokens: 'BIGINT',
      output_tokens: 'BIGINT',
      model: 'VARCHAR',
      error: 'VARCHAR',
    },
    trace_scores: {
      trace_id: 'VARCHAR',
      name: 'VARCHAR',
      value: 'DOUBLE',
      label: 'VARCHAR',
      comment: 'VARCHAR',
      source: 'VARCHAR',
      created_at: { of: 'created_at_us', type: 'TIMESTAMP' },
    },
  },
  prepare: [],
  reads: [
    readOf('trace_spans', 'sessions', { stage: 'sessions', sql: sessionsSql, isWhole: true }),
    readOf('trace_spans', 'events', { stage: 'events', sql: eventsSql }),
    readOf('trace_spans', 'spans', { stage: 'events', sql: spansSql, isWide: true }),
    readOf('trace_scores', 'rewards', { stage: 'events', sql: rewardsSql }),
  ],
  checks: [],
};
