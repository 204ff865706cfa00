import { z } from 'zod';
import { type Connection, Database, identifier, statement } from '../../duckdb';
import { sqliteFile } from '../sqlite';
import type { OpenTools, Place } from '../types';
import { isNested, textOf } from './expressions';
import type { TableKind } from './kind';
import { openRaw, type RawTable, stage } from './raw-tables';
import { sqliteTables } from './stage-sqlite';
import { dropFiles, type StageOptions } from './staged';
import type { Survey, SurveyedColumn, SurveyedTable } from './survey';

/** Rows of each table that are looked at. */
const SAMPLE_ROWS = 200;
const SHOWN_ROWS = 8;
const SHOWN_SAMPLES = 4;
const LONGEST_SAMPLE = 160;
const MOST_TABLES = 200;
const DEEPEST_PATH = 4;
const MOST_COLUMNS = 400;
/** Longer texts are not looked into for JSON. */
const LONGEST_JSON = 200_000;
const MEMORY_MB = 200;

/** The tables of a file, their columns, and the first rows of each. Nothing is counted, so a file of any size answers at once. */
export async function surveyFile(
  place: Place,
  kind: TableKind,
  options: { readonly tools: Pick<OpenTools, 'folder'>; readonly signal: AbortSignal },
): Promise<Survey> {
  const { tools, signal } = options;
  await using database = await Database.open({ threads: 1, memoryLimitMb: MEMORY_MB, connections: 1 });
  await using connection = await database.acquire();
  const staging: StageOptions = { place, kind, folder: tools.folder, mostRows: SAMPLE_ROWS, signal };
  const staged = await stage(connection, staging);
  try {
    const raw = await openRaw(connection, staging, staged);
    const declared = kind.kind === 'sqlite' ? await declaredTypes(place.path, signal) : undefined;
    const tables: SurveyedTable[] = [];
    for (const table of [...raw.values()].slice(0, MOST_TABLES)) {
      const rows = await sampleOf(connection, table, { signal, path: place.path });
      tables.push(surveyTable(table, rows, declared?.get(table.name)));
    }
    return { kind: kind.kind, path: place.path, tables, notes: staged?.notes ?? [] };
  } finally {
    await dropFiles(staged);
  }
}

async function declaredTypes(path: string, signal: AbortSignal) {
  await using reader = await sqliteFile(path).open(signal);
  const tables = await sqliteTables(reader, signal);
  return new Map(tables.map(({ name, columns }) => [name, columns]));
}

type TextRow = readonly (string | null)[];

/** The first rows as text. */
async function sampleOf(
  connection: Connection,
  { table, columns }: RawTable,
  { signal, path }: { readonly signal: AbortSignal; readonly path: string },
): Promise<TextRow[]> {
  if (table.end === 0 || columns.size === 0) return [];
  const items = [...columns].map(([name, type]) => textOf({ sql: identifier(name), type }));
  const range = table.rangeSql({ first: 0, last: Math.min(table.end, SAMPLE_ROWS) - 1 });
  const sample = statement({
    name: 'mapped.sample',
    sql: `SELECT [${items.join(', ')}] AS row FROM ${range} LIMIT ${SAMPLE_ROWS}`,
    params: z.object({}),
    row: z.object({ row: z.array(z.string().nullable()) }),
  });
  const rows = await connection.run(sample, {}, { signal, context: { path } });
  return rows.map(({ row }) => row);
}

interface Found {
  readonly column: string;
  readonly path: readonly string[];
  readonly type: string | undefined;
  readonly values: (string | null)[];
  /** What JSON says of its values. */
  readonly kinds: Set<string>;
}

function surveyTable(
  { name, columns, isRecord }: RawTable,
  rows: readonly TextRow[],
  declared: ReadonlyMap<string, string> | undefined,
): SurveyedTable {
  const found = new Map<string, Found>();
  const at = (column: string, path: readonly string[], type: string | undefined): Found | undefined => {
    const key = JSON.stringify([column, ...path]);
    const before = found.get(key);
    if (before !== undefined || found.size >= MOST_COLUMNS) return before;
    const made: Found = { column, path, type, values: Array(rows.length).fill(null), kinds: new Set() };
    found.set(key, made);
    return made;
  };
  const names = [...columns];
  if (!isRecord) for (const [column, type] of names) at(column, [], declared?.get(column) ?? type);
  for (const [nth, row] of rows.entries()) {
    for (const [place, [column, type]] of names.entries()) {
      const text = row[place] ?? null;
      if (text === null) continue;
      if (!isRecord) {
        const own = at(column, [], type);
        if (own !== undefined) own.values[nth] = text;
      }
      const inner = isRecord || isNested(type) || text.startsWith('{') ? objectOf(text) : undefined;
      if (inner === undefined) continue;
      const prefix = isRecord ? [] : [column];
      for (const [key, value] of Object.entries(inner)) spread([...prefix, key], value, { nth, at });
    }
  }
  const surveyed = [...found.values()].map((one) => columnOf(one, rows.length));
  return {
    name,
    columns: surveyed,
    rows: rows
      .slice(0, SHOWN_ROWS)
      .map((_, nth) => [...found.values()].map(({ values }) => cut(values[nth] ?? null))),
  };
}

function spread(
  [column = '', ...path]: readonly string[],
  value: unknown,
  into: {
    readonly nth: number;
    readonly at: (column: string, path: readonly string[], type: string | undefined) => Found | undefined;
  },
): void {
  const found = into.at(column, path, undefined);
  if (found === undefined || value === null || value === undefined) return;
  found.kinds.add(kindOf(value));
  found.values[into.nth] = typeof value === 'string' ? value : JSON.stringify(value);
  const isObject = typeof value === 'object' && !Array.isArray(value);
  if (!isObject || path.length + 1 >= DEEPEST_PATH) return;
  for (const [key, inner] of Object.entries(value)) spread([column, ...path, key], inner, into);
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'string' ? 'text' : typeof value;
}

function objectOf(text: string): Record<string, unknown> | undefined {
  if (text.length > LONGEST_JSON) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value))
      : undefined;
  } catch {
    return undefined;
  }
}

function columnOf({ column, path, type, values, kinds }: Found, sampled: number): SurveyedColumn {
  const known = values.filter((value) => value !== null);
  const distinct = [...new Set(known)];
  return {
    column,
    path,
    type: typeName(type, kinds, known),
    samples: distinct.slice(0, SHOWN_SAMPLES).map((value) => cut(value) ?? ''),
    sampled,
    nulls: sampled - known.length,
    distinct: distinct.length,
  };
}

/** The database's own name for it; of texts, what they look like. */
function typeName(type: string | undefined, kinds: ReadonlySet<string>, values: readonly string[]): string {
  if (type !== undefined && type !== 'VARCHAR' && type !== 'JSON') return type;
  if (kinds.size === 1) {
    const [only = 'text'] = kinds;
    if (only !== 'text') return only;
  }
  if (kinds.size > 1)
    return [...kinds].every((kind) => kind === 'integer' || kind === 'number') ? 'number' : 'mixed';
  if (values.length === 0) return 'text';
  if (values.every((value) => /^[+-]?\d+$/.test(value))) return kinds.size === 0 ? 'integer' : 'text';
  if (kinds.size === 0 && values.every((value) => value.trim() !== '' && Number.isFinite(Number(value))))
    return 'number';
  if (values.every(isTime)) return 'time';
  if (values.every((value) => /^(true|false)$/i.test(value))) return 'boolean';
  return 'text';
}

export function isTime(value: string): boolean {
  return /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d|$)/.test(value);
}

function cut(value: string | null): string | null {
  return value !== null && value.length > LONGEST_SAMPLE ? `${value.slice(0, LONGEST_SAMPLE - 1)}…` : value;
}
