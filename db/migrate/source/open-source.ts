import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Database, integer, literal, statement } from '../../duckdb';
import { ExpectedError } from '../../model';
import { describingTables, optionalColumns, traceTables, type V2Columns } from './columns';
import doublesSql from './sql/doubles.sql?raw';
import fingerprintSql from './sql/fingerprint.sql?raw';
import macrosSql from './sql/macros.sql?raw';
import { type FoundColumns, viewSql } from './views';

/** A tracing v2 database, open for reading; nothing of it is ever written. */
export interface V2Source extends AsyncDisposable {
  readonly path: string;
  readonly form: 'duckdb' | 'parquet';
  readonly zone: string;
  /** What the source holds, as one number: the same for the same rows, whatever file they are in. */
  readonly fingerprint: string;
  /** Rows of each table that it has. */
  readonly rows: Readonly<Record<string, number>>;
  readonly database: Database;
}

const ALL = { ...describingTables, ...traceTables } as const;
const traceNames = Object.keys(traceTables);
const WHOLE_MEMORY_MB = 768;

const columnRow = z.object({ column_name: z.string(), column_type: z.string() });

/** Opens a DuckDB file or a folder with the four-file Parquet export. `zone`: what the writer's naive times are in. */
export async function openV2Source(location: string, zone: string, signal: AbortSignal): Promise<V2Source> {
  const path = resolve(location);
  checkZone(zone);
  const form = await formOf(path);
  const scratch = join(tmpdir(), `stepscope-migrate-${randomBytes(6).toString('hex')}`);
  await mkdir(scratch);
  const database = await Database.open({
    temporaryFolder: scratch,
    memoryLimitMb: WHOLE_MEMORY_MB,
    connections: 1,
  });
  const dispose = async () => {
    await database[Symbol.asyncDispose]();
    await rm(scratch, { recursive: true, force: true });
  };
  try {
    const options = { signal, context: { path } };
    if (form === 'duckdb')
      await database.execute(`ATTACH ${literal(path)} AS source (READ_ONLY)`, {}, options);
    await database.execute(macrosSql, {}, { signal });
    await makeViews(database, { path, form, zone }, signal);
    const { fingerprint, rows } = await readFingerprint(database, zone, options);
    await checkKeys(database, path, options);
    return { path, form, zone, fingerprint, rows, database, [Symbol.asyncDispose]: dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

function checkZone(zone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
  } catch (error) {
    const action = 'Give a name of the time zone database, such as Europe/Berlin.';
    throw new ExpectedError('QUERY_INVALID', `"${zone}" is no time zone.`, { action }, { cause: error });
  }
}

async function formOf(path: string): Promise<V2Source['form']> {
  const found = await stat(path).catch((error: unknown) => {
    throw new ExpectedError(
      'SOURCE_NOT_FOUND',
      `${path} does not exist.`,
      { path, action: 'Choose a tracing v2 DuckDB file or the folder of its Parquet export.' },
      { cause: error },
    );
  });
  if (found.isDirectory()) {
    const names = new Set(await readdir(path));
    const missing = traceNames.map((name) => `${name}.parquet`).filter((name) => !names.has(name));
    if (missing.length === 0) return 'parquet';
    throw new ExpectedError('FORMAT_UNKNOWN', `${path} has no ${missing.join(', ')}.`, {
      path,
      action: 'Choose the folder that tracing v2 exported: it holds four Parquet files.',
    });
  }
  if (await isDuckDb(path)) return 'duckdb';
  throw new ExpectedError('FORMAT_UNKNOWN', `${path} is not a DuckDB database.`, {
    path,
    action: 'Choose a tracing v2 DuckDB file or the folder of its Parquet export.',
  });
}

/** Bytes 8 to 11 of a DuckDB file. */
async function isDuckDb(path: string): Promise<boolean> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(12), 0, 12, 0);
    return bytesRead === 12 && buffer.toString('latin1', 8) === 'DUCK';
  } catch (error) {
    const action = 'Check that reading it is allowed.';
    throw new ExpectedError(
      'SOURCE_UNREADABLE',
      `${path} could not be read.`,
      { path, action },
      { cause: error },
    );
  }
}

interface Place {
  readonly path: string;
  readonly form: V2Source['form'];
  readonly zone: string;
}

async function makeViews(database: Database, place: Place, signal: AbortSignal): Promise<void> {
  for (const [table, wanted] of Object.entries<V2Columns>(ALL)) {
    const from =
      place.form === 'duckdb'
        ? `source.${table}`
        : `read_parquet(${literal(join(place.path, `${table}.parquet`))})`;
    const found = await columnsOf(database, { from, table, place }, signal);
    if (traceNames.includes(table)) checkColumns(place.path, table, { wanted, found });
    const view = found.size === 0 ? '(SELECT 1 WHERE false)' : from;
    await database.execute(viewSql(`v2_${table}`, view, { wanted, found }, place.zone), {}, { signal });
  }
}

const hasTable = statement({
  name: 'migrate.hasTable',
  sql: "SELECT table_name FROM duckdb_tables() WHERE database_name = 'source' AND table_name = $table",
  params: z.object({ table: z.string() }),
  row: z.object({ table_name: z.string() }),
});

/** Empty: there is no such table. */
async function columnsOf(
  database: Database,
  { from, table, place }: { from: string; table: string; place: Place },
  signal: AbortSignal,
): Promise<FoundColumns> {
  if (place.form === 'parquet' && !traceNames.includes(table)) return new Map();
  if (place.form === 'duckdb' && (await database.run(hasTable, { table }, { signal })).length === 0)
    return new Map();
  const describe = statement({
    name: 'migrate.describe',
    sql: `SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${from})`,
    params: z.object({}),
    row: columnRow,
  });
  const rows = await database.run(describe, {}, { signal, context: { path: place.path } });
  return new Map(rows.map((row) => [row.column_name, row.column_type]));
}

function checkColumns(
  path: string,
  table: string,
  { wanted, found }: { wanted: V2Columns; found: FoundColumns },
): void {
  const names = Object.keys(wanted);
  if (names.every((name) => found.has(name) || optionalColumns.has(`${table}.${name}`))) return;
  const message =
    found.size === 0
      ? `${path} has no table ${table}.`
      : `The table ${table} of ${path} is not one of tracing v2.`;
  throw new ExpectedError('SCHEMA_UNSUPPORTED', message, {
    path,
    action: 'Only tracing v2 is migrated; other formats can be opened as they are.',
    found: [...found.keys()],
    wanted: names,
  });
}

interface ReadOptions {
  readonly signal: AbortSignal;
  readonly context: { readonly path: string };
}

async function readFingerprint(
  database: Database,
  zone: string,
  options: ReadOptions,
): Promise<{ fingerprint: string; rows: Record<string, number> }> {
  const hash = createHash('sha256').update(zone);
  const rows: Record<string, number> = {};
  for (const table of Object.keys(ALL)) {
    const read = statement({
      name: `migrate.fingerprint.${table}`,
      sql: fingerprintSql.replace('v2_events', `v2_${table}`),
      params: z.object({}),
      row: z.object({ n: integer, sum: z.string() }),
    });
    const [row] = await database.run(read, {}, options);
    if (row === undefined) continue;
    rows[table] = row.n;
    hash.update(`\n${table} ${row.n} ${row.sum}`);
  }
  return { fingerprint: hash.digest('hex'), rows };
}

const doubles = statement({
  name: 'migrate.doubles',
  sql: doublesSql,
  params: z.object({}),
  row: z.object({ what: z.string(), n: integer }),
});

async function checkKeys(database: Database, path: string, options: ReadOptions): Promise<void> {
  const [first] = await database.run(doubles, {}, options);
  if (first === undefined) return;
  throw new ExpectedError(
    'FORMAT_DAMAGED',
    `${path}: ${first.n} rows of ${first.what} have no key of their own.`,
    {
      path,
      action: 'Open it in Stepscope to see what it holds; it cannot be migrated.',
      readable: 'every table',
      lost: 'nothing; rows without a key of their own cannot be told apart',
    },
  );
}
