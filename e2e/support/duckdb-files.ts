/** DuckDB and Parquet files of the formats that are tables: made for a test, as the makers of the unit tests do. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

const makers = resolve(import.meta.dirname, '../../db/testing');

export type TableMaker = 'tracing-v2' | 'pidgin-duckdb' | 'junjo-duckdb';

/** The schema and the quirks of a format, in a new DuckDB file. */
export async function makeDuckDb(path: string, maker: TableMaker): Promise<void> {
  const statements = ['schema.sql', 'quirks.sql'].map((name) =>
    readFileSync(join(makers, maker, name), 'utf8'),
  );
  await run(path, [...statements, 'CHECKPOINT']);
}

/** The four-file export of a tracing v2 file. */
export async function exportParquet(path: string, folder: string): Promise<void> {
  mkdirSync(folder);
  const tables = ['session_traces', 'session_timesteps', 'events', 'messages'];
  await run(
    path,
    tables.map((table) => `COPY ${table} TO '${join(folder, `${table}.parquet`)}' (FORMAT parquet)`),
  );
}

async function run(path: string, statements: readonly string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const sql of statements) await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}
