/** The thread that reads one SQLite file with the native driver, which is synchronous: rows become text in C, not here. */
import { isUtf8 } from 'node:buffer';
import { closeSync, openSync, statSync, writeSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import Database from 'libsql';
import type { WrittenText } from '../row-reader';
import type { ReaderAnswer, ReaderRequest, SqliteValue } from './protocol';

/** A writer in rollback-journal mode keeps readers out while it commits; a checkpoint in WAL mode waits for them to leave. */
const BUSY_MS = 2_000;
/** Of the time that a run takes, what is left free after it, so that a checkpoint of a live writer finds nobody reading. */
const FREE_PART = 0.3;
const LEAST_FREE_MS = 1;

let database: Database.Database | undefined;
/** What another process may be writing into; while it is empty there is nothing to check in, and nobody waits for this reader. */
let sharedWal: string | null = null;

parentPort?.on('message', (request: ReaderRequest) => {
  parentPort?.postMessage(answer(request));
});

function answer(request: ReaderRequest): ReaderAnswer {
  try {
    switch (request.type) {
      case 'open':
        open(request.uri, request.isExclusive);
        sharedWal = request.sharedWal;
        return { id: request.id, type: 'rows', rows: [] };
      case 'close':
        close();
        return { id: request.id, type: 'rows', rows: [] };
      case 'give-way':
        giveWay();
        return { id: request.id, type: 'rows', rows: [] };
      case 'rows':
        return {
          id: request.id,
          type: 'rows',
          rows: plainRows(request.sql, request.values),
        };
      case 'text':
        return { id: request.id, type: 'text', ...writeText(request) };
    }
  } catch (error) {
    return { id: request.id, type: 'failed', ...nameFailure(error) };
  }
}

function writeText(request: Extract<ReaderRequest, { type: 'text' }>): WrittenText {
  const statement = prepare(request.sql);
  const written = { rows: 0, bytes: 0, longestBytes: 0, runs: 0, odd: 0 };
  const file = openSync(request.file, 'w');
  try {
    for (const values of request.runs) {
      const startedAt = performance.now();
      const run = readRun(statement, values, written.runs > 0);
      if (run === undefined) break;
      if (hasContent(sharedWal)) rest(FREE_PART * (performance.now() - startedAt));
      if (run.bytes !== null) writeWhole(file, run.bytes);
      const length = run.bytes?.byteLength ?? 0;
      written.rows += run.rows;
      written.odd += run.odd;
      written.bytes += length;
      written.longestBytes = Math.max(written.longestBytes, length);
      written.runs += 1;
      if (written.bytes >= request.maximumBytes) break;
    }
  } finally {
    closeSync(file);
  }
  return written;
}

/** What the driver gives is checked by hand: zod alone would take as long to load as the rest of the thread, and a window waits for it. */
function textRow(row: unknown): { bytes: Uint8Array | null; rows: number; odd: number } {
  const [bytes, rows, odd]: unknown[] = Array.isArray(row) ? row : [];
  if ((bytes === null || bytes instanceof Uint8Array) && typeof rows === 'bigint')
    return { bytes, rows: Number(rows), odd: Number(odd ?? 0) };
  throw new Error('The statement gave no (blob, number of rows).');
}

/** The driver ends the whole process at a text that is no UTF-8: texts leave SQLite as bytes, each with a column that says so. */
function plainRows(sql: string, values: readonly SqliteValue[]): SqliteValue[][] {
  if (!/^\s*(?:SELECT|WITH)\b/i.test(sql)) return checkedRows(prepare(sql).all(...values));
  const names = prepare(sql)
    .columns()
    .map((_, at) => `c${at}`);
  const fields = names.flatMap((name) => [
    `iif(typeof(${name}) = 'text', CAST(${name} AS BLOB), ${name})`,
    `typeof(${name}) = 'text'`,
  ]);
  const safe = `WITH found(${names.join(', ')}) AS MATERIALIZED (${sql}) SELECT ${fields.join(', ')} FROM found`;
  return checkedRows(prepare(safe).all(...values)).map((row) =>
    names.map((_, at) => {
      const value = row[2 * at] ?? null;
      return row[2 * at + 1] === 1n && value instanceof Uint8Array ? textOf(value) : value;
    }),
  );
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function checkedRows(rows: unknown): SqliteValue[][] {
  const isPlain = (value: unknown) =>
    value === null || ['string', 'number', 'bigint'].includes(typeof value) || value instanceof Uint8Array;
  const areRows = (all: unknown): all is SqliteValue[][] =>
    Array.isArray(all) && all.every((row) => Array.isArray(row) && row.every(isPlain));
  if (areRows(rows)) return rows;
  throw new Error('The driver gave a value of no known kind.');
}

/** Undefined: it fails, and what was read before it can be used already. */
function readRun(
  statement: Database.Statement,
  values: readonly unknown[],
  mayFail: boolean,
): ReturnType<typeof textRow> | undefined {
  try {
    const row = textRow(statement.get(...values));
    // DuckDB takes UTF-8 alone; a byte that is none becomes the replacement character.
    if (row.bytes === null || isUtf8(row.bytes)) return row;
    return { ...row, bytes: Buffer.from(textOf(row.bytes)) };
  } catch (error) {
    if (mayFail) return undefined;
    throw error;
  }
}

const never = new Int32Array(new SharedArrayBuffer(4));

function hasContent(path: string | null): boolean {
  return path !== null && (statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function rest(milliseconds: number): void {
  Atomics.wait(never, 0, 0, Math.max(LEAST_FREE_MS, milliseconds));
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.byteLength; ) at += writeSync(file, bytes, at);
}

/** `isExclusive`: the index of the WAL is kept in memory, so that a missing -shm is not made. */
function open(uri: string, isExclusive: boolean): void {
  close();
  const opened = new Database(uri);
  if (isExclusive) opened.exec('PRAGMA locking_mode = EXCLUSIVE');
  // A file that was cut short opens all the same, so that what is left of it can be read; `query_only` keeps the schema as it is.
  opened.exec('PRAGMA writable_schema = ON');
  opened.exec('PRAGMA query_only = ON');
  opened.exec(`PRAGMA busy_timeout = ${BUSY_MS}`);
  opened.exec('PRAGMA cache_size = -16000');
  database = opened;
}

/** Only Linux has priorities of threads: elsewhere it would be the whole process that gives way. */
function giveWay(): void {
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
}

function close(): void {
  database?.close();
  database = undefined;
  sharedWal = null;
}

function prepare(sql: string): Database.Statement {
  if (database === undefined) throw new Error('No database is open in this reader.');
  return database.prepare(sql).raw().safeIntegers();
}

function nameFailure(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'UNKNOWN', message: String(error) };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'UNKNOWN';
  return { code, message: error.message };
}
