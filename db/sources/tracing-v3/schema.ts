import { ExpectedError, tablesOfV3 } from '../../model';
import type { RowReader } from '../row-reader';
import type { SqliteValue } from '../sqlite';

/** The five dialects in the wild (facts 4.1), told apart by their columns; C differs from B only in what its rows leave out. */
export type Dialect = 'A' | 'B' | 'C' | 'D' | 'E';

/** A table's columns and their types, as the file has them. */
export class TableShape extends Map<string, string> {
  /** What to read it FROM, in SQL: its rows always have a `rowid`. */
  place = '';
  /** Its rows keep their `rowid` when others are added. */
  isStable = true;
}

export type TableColumns = ReadonlyMap<string, TableShape>;

const WANTED = ['session_traces', 'session_timesteps', 'events', 'messages'];
const READ = new Set<string>(tablesOfV3);

const TABLES = `SELECT m.name, p.name, p.type, p.pk, m.sql FROM sqlite_master m, pragma_table_xinfo(m.name) p
  WHERE m.type = 'table' AND p.hidden <> 1`;
const VIEW = 'SELECT ?1, name, type, 0, NULL FROM pragma_table_info(?1)';

export async function readTables(reader: RowReader, signal: AbortSignal): Promise<TableColumns> {
  const tables = shapesOf(await reader.rows(TABLES, [], signal));
  const views = await reader.rows("SELECT name FROM sqlite_master WHERE type = 'view'", [], signal);
  for (const [view] of views) {
    const name = String(view);
    if (!READ.has(name) || tables.has(name)) continue;
    const [shape] = shapesOf(await reader.rows(VIEW, [name], signal)).values();
    if (shape === undefined) continue;
    number(shape, name, []);
    tables.set(name, shape);
  }
  return tables;
}

function shapesOf(rows: readonly (readonly SqliteValue[])[]): Map<string, TableShape> {
  const tables = new Map<string, TableShape>();
  const keys = new Map<string, { name: string; rank: number }[]>();
  const statements = new Map<string, string>();
  for (const [table, column, type, rank, sql] of rows) {
    const name = String(table);
    const shape = tables.get(name) ?? new TableShape();
    tables.set(name, shape.set(String(column), String(type).toUpperCase()));
    if (Number(rank) > 0)
      keys.set(name, [...(keys.get(name) ?? []), { name: String(column), rank: Number(rank) }]);
    statements.set(name, String(sql));
  }
  for (const [name, shape] of tables) {
    const own = (keys.get(name) ?? []).sort((a, b) => a.rank - b.rank).map((key) => key.name);
    const isWithout = /\)[^)]*WITHOUT\s+ROWID[^)]*$/i.test(statements.get(name) ?? '');
    const hidden = [...shape.keys()].find((column) => column.toLowerCase() === 'rowid');
    const [key] = own;
    const isNumbered = own.length === 1 && key !== undefined && shape.get(key) === 'INTEGER';
    if (isWithout && isNumbered) rename(shape, name, quoted(key));
    else if (isWithout) number(shape, name, own);
    else if (hidden !== undefined && !(isNumbered && key === hidden)) rename(shape, name, '_rowid_');
    else shape.place = quoted(name);
  }
  return tables;
}

/** Another column is the rowid. */
function rename(shape: TableShape, table: string, rowId: string): void {
  shape.place = `(SELECT ${[`${rowId} AS rowid`, ...columnsOf(shape)].join(', ')} FROM ${quoted(table)})`;
}

/** Rows without a number get one, by their key. */
function number(shape: TableShape, table: string, key: readonly string[]): void {
  shape.isStable = false;
  const order = key.length === 0 ? '' : `ORDER BY ${key.map(quoted).join(', ')}`;
  rename(shape, table, `row_number() OVER (${order})`);
}

function columnsOf(shape: TableShape): string[] {
  return [...shape.keys()].filter((column) => column.toLowerCase() !== 'rowid').map(quoted);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
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
