import { z } from 'zod';
import { integer, statement } from '../../../duckdb';
import tablesSql from '../../schema/tables.sql?raw';
import { fillTemplate } from '../template';
import rawCountSql from './raw-count.sql?raw';
import rawRowsSql from './raw-rows.sql?raw';

/** Tables of a session as they are, and the order of their rows. */
const ORDER = {
  sessions: 'session_id',
  timesteps: 'step_index NULLS LAST, step_key',
  events: 'occurred_at NULLS LAST, sequence NULLS LAST, event_key',
  event_payloads: 'event_key',
  messages: 'occurred_at NULLS LAST, sequence NULLS LAST, message_key',
  rewards: 'reward_key',
  turn_metrics: 'turn_number',
  spans: 'start_ns NULLS LAST, span_id',
  state_patches: 'event_ns NULLS LAST, span_id, patch_id',
} as const;
export type RawTableName = keyof typeof ORDER;

/** Patches belong to a trace, which is a session, and carry no number of it. */
const PATCHES = `(SELECT p.*, s.session_no FROM main.state_patches p
  JOIN keyed.sessions s ON s.source_id = p.source_id AND s.session_id = p.trace_id)`;

function tableSql(table: RawTableName): string {
  return table === 'state_patches' ? PATCHES : `keyed.${table}`;
}

const CUT = 2_000;

/** The columns of a canonical table with their types, from its DDL. */
export function columnsOf(table: string): { name: string; type: string }[] {
  const body = new RegExp(`CREATE TABLE ${table} \\(\\n([^;]*)\\n\\)`).exec(tablesSql)?.[1] ?? '';
  return body.split('\n').map((line) => {
    const [name = '', type = ''] = line.trim().replace(/,$/, '').split(' ');
    return { name, type };
  });
}

export function rawRows(table: RawTableName) {
  const columns = columnsOf(table).map(({ name, type }) =>
    type === 'VARCHAR'
      ? `CASE WHEN length(${name}) > ${CUT} THEN left(${name}, ${CUT}) || '…' ELSE ${name} END AS ${name}`
      : name,
  );
  return statement({
    name: `session.rows.${table}`,
    sql: fillTemplate(rawRowsSql, {
      columns: columns.join(', '),
      table: tableSql(table),
      order: ORDER[table],
    }),
    params: z.object({
      source_id: z.string(),
      session_no: z.bigint(),
      limit: z.number(),
      offset: z.number(),
    }),
    row: z.record(
      z.string(),
      z.union([z.string(), z.number(), z.boolean(), z.null(), z.bigint().transform(String)]),
    ),
  });
}

export function rawCount(table: RawTableName) {
  return statement({
    name: `session.rows-count.${table}`,
    sql: fillTemplate(rawCountSql, { table: tableSql(table) }),
    params: z.object({ source_id: z.string(), session_no: z.bigint() }),
    row: z.object({ total: integer }),
  });
}
