import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableNames } from '../../db/model';
import type { ExportLayout } from '../contract';
import type { RunningApplication } from './application';

/** The export job, from its start to its last state. Seconds. */
export async function measureExport(
  { data }: RunningApplication,
  target: string,
  layout: ExportLayout = 'stepscope',
): Promise<number> {
  const started = performance.now();
  const { jobId } = await data.jobs.start({
    kind: 'export',
    format: 'parquet',
    layout,
    target,
    scope: { q: '' },
    overwrite: false,
  });
  let last = '';
  for await (const state of await data.jobs.watch({ jobId })) {
    last = `${state.status}: ${state.failure?.message ?? state.phase}`;
  }
  if (!last.startsWith('done')) throw new Error(`the export ended as ${last}`);
  return (performance.now() - started) / 1_000;
}

/** DuckDB's own COPY of the tables that an export writes, from the same mirror file, with the engine's threads and memory. Seconds. */
export async function measureCopy(home: string, target: string): Promise<number> {
  const mirrors = join(home, 'cache/mirrors');
  // The live store has one too, a small one.
  const [file] = readdirSync(mirrors)
    .filter((name) => name.endsWith('.duckdb'))
    .sort((a, b) => statSync(join(mirrors, b)).size - statSync(join(mirrors, a)).size);
  if (file === undefined) throw new Error(`there is no mirror in ${mirrors}`);
  const instance = await DuckDBInstance.create(join(mirrors, file), {
    access_mode: 'READ_ONLY',
    memory_limit: '400MB',
  });
  const connection = await instance.connect();
  mkdirSync(target, { recursive: true });
  const tables: string[] = [];
  for (const name of tableNames) {
    const [row] = (await connection.runAndReadAll(`SELECT count(*) > 0 FROM ${name}`)).getRows();
    if (row?.[0] === true) tables.push(name);
  }
  const started = performance.now();
  for (const table of tables) {
    const rows = `SELECT * EXCLUDE (session_no) FROM ${table}`;
    const all = `SELECT * FROM ${table}`;
    const hasNumber = (await connection.runAndReadAll(`DESCRIBE ${table}`))
      .getRows()
      .some(([column]) => column === 'session_no');
    const out = join(target, `${table}.parquet`).replaceAll("'", "''");
    await connection.run(`COPY (${hasNumber ? rows : all}) TO '${out}' (FORMAT parquet, COMPRESSION zstd)`);
  }
  const seconds = (performance.now() - started) / 1_000;
  connection.closeSync();
  instance.closeSync();
  return seconds;
}
