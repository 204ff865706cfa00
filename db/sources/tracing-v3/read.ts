import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { SqliteReader, SqliteValue } from '../sqlite';
import type { Chunk, Cursor, ReadRequest } from '../types';
import { type Field, sessionFields, type TableRead, tableReads } from './columns';
import type { TableColumns } from './schema';
import { textSql } from './text-sql';

/** The newest sessions come alone, so that the first screen does not wait for the rest. */
const FIRST_SESSIONS = 2_000;
const FIRST_ROWS = 20_000;
const MAXIMUM_ROWS = 200_000;
/** Text of one chunk: DuckDB reads it in one buffer, and a worker holds one at a time. */
const CHUNK_BYTES = 30_000_000;

/** Canonical reads by name → the highest row id that has landed. */
export const v3Cursor = z.object({
  /** Sessions are read downwards: everything from `bottom` to `top` has landed. */
  sessions: z.object({ top: z.number(), bottom: z.number() }).nullable(),
  tables: z.record(z.string(), z.number()),
});
export type V3Cursor = z.infer<typeof v3Cursor>;

interface Reading extends ReadRequest {
  readonly reader: SqliteReader;
  readonly tables: TableColumns;
}

/** Everything after the cursor, in stages. Small tables come whole each time: their rows change in place. */
export async function* readTracingV3(reading: Reading): AsyncGenerator<Chunk, void, void> {
  const state: V3Cursor =
    reading.cursor === null ? { sessions: null, tables: {} } : v3Cursor.parse(reading.cursor);
  yield* readSessions(reading, state);
  for (const read of tableReads(reading.tables)) {
    yield* read.isSmall ? readWhole(reading, read, state) : readAdded(reading, read, state);
  }
}

async function* readSessions(reading: Reading, state: V3Cursor): AsyncGenerator<Chunk, void, void> {
  const bounds = await rowIds(reading, 'session_traces');
  if (bounds === undefined) return;
  const fields = sessionFields(reading.tables);
  const sessions = state.sessions ?? { top: bounds.high, bottom: bounds.high + 1 };
  let size = FIRST_SESSIONS;
  const next = async (low: number, high: number): Promise<Chunk | undefined> => {
    const text = await readText(reading, 'session_traces', fields, 'rowid >= ?1 AND rowid <= ?2', [
      low,
      high,
    ]);
    sessions.top = Math.max(sessions.top, high);
    sessions.bottom = Math.min(sessions.bottom, low);
    state.sessions = sessions;
    size = nextSize(size * 4, text);
    if (text === undefined) return undefined;
    return {
      stage: 'sessions',
      table: 'sessions',
      columns: fields.map((field) => field.column),
      content: { kind: 'text', file: text.file },
      rows: text.rows,
      mode: 'append',
      cursor: snapshot(state),
      total: bounds.high,
    };
  };
  while (sessions.top < bounds.high) {
    const chunk = await next(sessions.top + 1, Math.min(bounds.high, sessions.top + size));
    if (chunk !== undefined) yield chunk;
  }
  while (sessions.bottom > bounds.low) {
    const chunk = await next(Math.max(bounds.low, sessions.bottom - size), sessions.bottom - 1);
    if (chunk !== undefined) yield chunk;
  }
}

async function* readWhole(
  reading: Reading,
  read: TableRead,
  state: V3Cursor,
): AsyncGenerator<Chunk, void, void> {
  const chunk = await readText(reading, read.from, read.fields, 'TRUE', []);
  if (chunk === undefined) return;
  yield {
    stage: read.stage,
    table: read.table,
    columns: read.fields.map((field) => field.column),
    content: { kind: 'text', file: chunk.file },
    rows: chunk.rows,
    mode: 'replace',
    cursor: snapshot(state),
    total: chunk.rows,
  };
}

async function* readAdded(
  reading: Reading,
  read: TableRead,
  state: V3Cursor,
): AsyncGenerator<Chunk, void, void> {
  const name = `${read.table}:${read.from}`;
  const bounds = await rowIds(reading, read.from);
  if (bounds === undefined) return;
  const columns = read.fields.map((field) => field.column);
  const where = `rowid > ?1 AND rowid <= ?2${read.where === undefined ? '' : ` AND ${read.where}`}`;
  let low = state.tables[name] ?? bounds.low - 1;
  let size = FIRST_ROWS;
  while (low < bounds.high) {
    const high = Math.min(bounds.high, low + size);
    const text = await readText(reading, read.from, read.fields, where, [low, high]);
    size = nextSize(size, text);
    low = text === undefined ? await beforeNext(reading, read.from, high) : high;
    state.tables[name] = low;
    if (text === undefined) continue;
    yield {
      stage: read.stage,
      table: read.table,
      columns,
      content: { kind: 'text', file: text.file },
      rows: text.rows,
      mode: 'append',
      cursor: snapshot(state),
      total: bounds.high,
    };
  }
}

interface Text {
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
}

let files = 0;

async function readText(
  reading: Reading,
  from: string,
  fields: readonly Field[],
  where: string,
  values: readonly SqliteValue[],
): Promise<Text | undefined> {
  const file = join(reading.folder, `chunk-${process.pid}-${files++}.txt`);
  const target = { file, signal: reading.signal };
  const text = await reading.reader.text(textSql(from, fields, where), values, target);
  if (text.rows > 0) return { file, ...text };
  await rm(file, { force: true });
  return undefined;
}

/** The lowest and the highest row id: estimates of how much there is, without a count. */
async function rowIds(reading: Reading, table: string): Promise<{ low: number; high: number } | undefined> {
  const sql = `SELECT (SELECT min(rowid) FROM "${table}"), (SELECT max(rowid) FROM "${table}")`;
  const [row] = await reading.reader.rows(sql, [], reading.signal);
  if (row === undefined || typeof row[0] !== 'bigint') return undefined;
  return { low: Number(row[0]), high: Number(row[1]) };
}

/** Steps over a gap in the row ids: the id before the next row, or this one when there is none. */
async function beforeNext(reading: Reading, table: string, after: number): Promise<number> {
  const sql = `SELECT min(rowid) FROM "${table}" WHERE rowid > ?1`;
  const [row] = await reading.reader.rows(sql, [after], reading.signal);
  return typeof row?.[0] === 'bigint' ? Number(row[0]) - 1 : after;
}

function nextSize(size: number, chunk: Text | undefined): number {
  if (chunk === undefined) return MAXIMUM_ROWS;
  const fitting = Math.floor((CHUNK_BYTES * chunk.rows) / chunk.bytes);
  return Math.max(1, Math.min(MAXIMUM_ROWS, fitting, size * 4));
}

function snapshot(state: V3Cursor): Cursor {
  return structuredClone(state);
}
