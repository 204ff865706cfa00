import { z } from 'zod';
import { type TableName, tableNames, tables } from '../../model';
import { type ColumnType, type DeclaredTable, readOf, type TableFormat, type TableRead } from '../duckdb';
import { stageOf } from '../stages';
import type { StageName } from '../types';
import { LackingSessions } from './lacking-sessions';

/** Whose rows belong to sessions, in the order of the stages. */
const CHILDREN = [
  'timesteps',
  'turn_metrics',
  'events',
  'rewards',
  'spans',
  'state_patches',
  'messages',
] as const;
/** A file of these columns is this table, though more than a third of its columns may be others. */
const KNOWN_SHARE = 0.6;
const FEWEST_KNOWN = 3;

const order: readonly StageName[] = ['sessions', 'timesteps', 'events', 'messages', 'payloads'];

interface Canonical {
  readonly declared: DeclaredTable;
  readonly required: readonly string[];
}

const canonical = new Map<TableName, Canonical>(tableNames.map((name) => [name, declarationOf(name)]));

function declarationOf(name: TableName): Canonical {
  const columns = Object.entries(tables[name].shape).filter(([column]) => column !== 'source_id');
  return {
    declared: Object.fromEntries(columns.map(([column, schema]) => [column, typeOf(schema)])),
    required: columns.filter(([, schema]) => !(schema instanceof z.ZodNullable)).map(([column]) => column),
  };
}

/** As `schema/tables.sql` says; a test compares them. */
export function typeOf(schema: unknown): ColumnType {
  if (schema instanceof z.ZodNullable) return typeOf(schema.unwrap());
  if (schema instanceof z.ZodBigInt) return 'BIGINT';
  if (schema instanceof z.ZodBoolean) return 'BOOLEAN';
  if (schema instanceof z.ZodNumber) return schema.format === 'safeint' ? 'INTEGER' : 'DOUBLE';
  const isTime = schema instanceof z.ZodString && schema.description?.startsWith('ISO 8601') === true;
  return isTime ? 'TIMESTAMP' : 'VARCHAR';
}

/** The canonical table that has these columns; undefined when none does. */
export function canonicalNameOf(columns: ReadonlySet<string>): TableName | undefined {
  let best: { name: TableName; known: number } | undefined;
  for (const [name, { declared, required }] of canonical) {
    if (!required.every((column) => columns.has(column))) continue;
    const known = Object.keys(declared).filter((column) => columns.has(column)).length;
    const isEnough = known >= FEWEST_KNOWN && known >= KNOWN_SHARE * columns.size;
    if (isEnough && known > (best?.known ?? 0)) best = { name, known };
  }
  return best?.name;
}

/** Tables of Stepscope's own model, without the manifest of an export. Rows whose session is in no table get one of its id alone. */
export const canonicalTables: TableFormat = {
  name: 'stepscope-tables',
  recognise(found) {
    const has = (name: TableName) => {
      const columns = found.get(name)?.columns;
      return columns !== undefined && canonical.get(name)?.required.every((column) => columns.has(column));
    };
    return ['sessions' as const, ...CHILDREN].some(has) ? { dialect: null } : undefined;
  },
  tables: Object.fromEntries([...canonical].map(([name, { declared }]) => [name, declared])),
  prepare: [],
  reads: [
    columnsRead('sessions'),
    ...CHILDREN.map((name, at) => lackingSessions(name, CHILDREN.slice(0, at))),
    ...tableNames.filter((name) => name !== 'sessions').map(columnsRead),
  ].sort((a, b) => order.indexOf(a.stage) - order.indexOf(b.stage)),
  checks: [],
};

/** Made of names of columns alone, as the mirror's own inserts are. One thread reads them, in their order. */
function columnsRead(name: TableName): TableRead {
  const { declared, required } = canonical.get(name) ?? { declared: {}, required: [] };
  const number = name === 'sessions' ? ', row_key AS session_no' : '';
  const present = required.map((column) => `${column} IS NOT NULL`).join(' AND ');
  return readOf(name, name, {
    stage: stageOf(name),
    required,
    sql: `SELECT ${Object.keys(declared).join(', ')}${number} FROM piece WHERE ${present}`,
    isWide: name === 'event_payloads' || name === 'messages' || name === 'spans' || name === 'sessions',
  });
}

/** Sessions that this table's rows name and neither `sessions` nor a table before it has. */
function lackingSessions(name: (typeof CHILDREN)[number], before: readonly TableName[]): TableRead {
  const known = ['sessions', ...before]
    .map(
      (table) => `AND session_id NOT IN (SELECT session_id FROM whole.${table} WHERE session_id IS NOT NULL)`,
    )
    .join(' ');
  return {
    kind: 'rows',
    name: `${name} → sessions`,
    from: name,
    stage: 'sessions',
    sql: `SELECT session_id, min(row_key) AS first FROM piece WHERE session_id IS NOT NULL ${known} GROUP BY session_id ORDER BY first`,
    start: () => new LackingSessions(before.length + 1),
  };
}
