import { ExpectedError } from '../../model';
import type { RowReader } from '../row-reader';

/** The five dialects in the wild (facts 4.1), told apart by their columns; C differs from B only in what its rows leave out. */
export type Dialect = 'A' | 'B' | 'C' | 'D' | 'E';

/** Table → its columns, as the file has them. */
export type TableColumns = ReadonlyMap<string, ReadonlyMap<string, string>>;

const WANTED = ['session_traces', 'session_timesteps', 'events', 'messages'];

export async function readTables(reader: RowReader, signal: AbortSignal): Promise<TableColumns> {
  const rows = await reader.rows(
    "SELECT m.name, p.name, p.type FROM sqlite_master m, pragma_table_info(m.name) p WHERE m.type = 'table'",
    [],
    signal,
  );
  const tables = new Map<string, Map<string, string>>();
  for (const [table, column, type] of rows) {
    const columns = tables.get(String(table)) ?? new Map<string, string>();
    columns.set(String(column), String(type).toUpperCase());
    tables.set(String(table), columns);
  }
  return tables;
}

/** True when the tables are tracing v3's; false when they are something else; throws when they nearly are. */
export function isTracingV3(tables: TableColumns, path: string): boolean {
  const missing = WANTED.filter((name) => !tables.has(name));
  if (!tables.has('session_traces') && !tables.has('session_timesteps')) return false;
  const columns = [...(tables.get('events')?.keys() ?? [])];
  if (missing.length === 0 && columns.includes('session_id') && columns.includes('event_type')) return true;
  throw new ExpectedError(
    'SCHEMA_UNSUPPORTED',
    missing.length > 0
      ? `${path} looks like a tracing v3 database, but lacks ${missing.join(', ')}.`
      : `${path} looks like a tracing v3 database, but its events have other columns.`,
    {
      path,
      action: 'Open a database that tracing v3 wrote whole.',
      found: missing.length > 0 ? [...tables.keys()] : columns,
      wanted: missing.length > 0 ? WANTED : ['session_id', 'event_type'],
    },
  );
}

export async function findDialect(
  reader: RowReader,
  tables: TableColumns,
  signal: AbortSignal,
): Promise<Dialect> {
  const events = tables.get('events');
  if (events?.has('cost_cents') === true) return 'E';
  if (events?.has('prompt_tokens') === true) return 'A';
  const outcome = tables.get('outcome_rewards');
  if (outcome?.has('annotation') === true || outcome?.get('total_reward') === 'FLOAT') return 'D';
  return (await isUndated(reader, tables, signal)) ? 'C' : 'B';
}

/** Dialect C never fills `events.created_at` and `messages.timestamp`: the first rows tell. */
async function isUndated(reader: RowReader, tables: TableColumns, signal: AbortSignal): Promise<boolean> {
  if (tables.get('events')?.has('created_at') !== true) return false;
  if (tables.get('messages')?.has('timestamp') !== true) return false;
  const [row] = await reader.rows(
    `SELECT (SELECT count(created_at) FROM (SELECT created_at FROM events LIMIT 100)),
      (SELECT count(timestamp) FROM (SELECT timestamp FROM messages LIMIT 100)), EXISTS (SELECT 1 FROM events)`,
    [],
    signal,
  );
  return row?.[0] === 0n && row[1] === 0n && row[2] === 1n;
}
