import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { exportTracingV2, wholeScope } from '../analytics/export';
import { openAndRead, openTestWorkspace } from '../analytics/workspace/fixture';
import { ConnectionPool, Database, literal, statement } from '../duckdb';
import { temporaryFolder } from '../store/testing';
import {
  exportTracingV2Parquet,
  makeTracingV2,
  tracingV2ParquetTables,
} from '../testing/tracing-v2/make-tracing-v2';
import { migrateV2 } from './index';

// Seconds on a quiet machine; each migration reads, writes and reads again.
vi.setConfig({ testTimeout: 180_000 });

const options = () => ({ signal: AbortSignal.timeout(60_000), report: () => {} });
const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Exports a tracing v3 file in the layout of tracing v2. */
async function exportBack(v3: string, folder: string, target: string): Promise<void> {
  await using workspace = await openTestWorkspace(folder);
  await openAndRead(workspace, v3);
  await using pool = new ConnectionPool(() => workspace.connect());
  await exportTracingV2(pool, { target, overwrite: false, scope: wholeScope.scope }, options());
}

/** Rows of one side that the other lacks, as text, and the columns with their types. */
async function compare(v2: string, exported: string, table: string) {
  await using database = await Database.open();
  await database.execute(`ATTACH ${literal(v2)} AS v2 (READ_ONLY)`);
  const parquet = `read_parquet(${literal(join(exported, `${table}.parquet`))})`;
  const rows = (from: string, other: string) =>
    statement({
      name: 'test.except',
      sql: `SELECT CAST(t AS VARCHAR) AS row FROM (SELECT * FROM ${from} EXCEPT ALL SELECT * FROM ${other}) t ORDER BY 1`,
      params: z.object({}),
      row: z.object({ row: z.string() }),
    });
  const columns = (from: string) =>
    statement({
      name: 'test.describe',
      sql: `SELECT column_name || ' ' || column_type AS row FROM (DESCRIBE SELECT * FROM ${from})`,
      params: z.object({}),
      row: z.object({ row: z.string() }),
    });
  const run = async (one: ReturnType<typeof rows>) => (await database.run(one, {})).map(({ row }) => row);
  return {
    lost: await run(rows(`v2.${table}`, parquet)),
    added: await run(rows(parquet, `v2.${table}`)),
    columns: [await run(columns(`v2.${table}`)), await run(columns(parquet))],
  };
}

test('tracing v2 to v3 and back loses no row and no value, and the source stays as it was', async () => {
  using folder = temporaryFolder();
  const source = join(folder.path, 'v2.duckdb');
  await makeTracingV2(source, { sessions: 40 });
  const before = digest(source);
  const v3 = join(folder.path, 'v3.db');
  const request = { source, target: { kind: 'file', path: v3 }, reportFolder: folder.path } as const;
  await migrateV2(request, options());
  const back = join(folder.path, 'back');
  await exportBack(v3, folder.path, back);
  expect(readdirSync(back).sort()).toEqual(tracingV2ParquetTables.map((name) => `${name}.parquet`).sort());
  for (const table of tracingV2ParquetTables) {
    const { lost, added, columns } = await compare(source, back, table);
    expect({ table, lost, added }).toEqual({ table, lost: [], added: [] });
    expect(columns[1]).toEqual(columns[0]);
  }
  expect(digest(source)).toBe(before);
});

test.each(['duckdb', 'pandas'] as const)('so does the Parquet export, as %s writes it', async (flavour) => {
  using folder = temporaryFolder();
  const v2 = join(folder.path, 'v2.duckdb');
  await makeTracingV2(v2, { sessions: 5 });
  const source = join(folder.path, 'exported');
  await exportTracingV2Parquet(v2, source, flavour);
  const v3 = join(folder.path, 'v3.db');
  await migrateV2({ source, target: { kind: 'file', path: v3 }, reportFolder: folder.path }, options());
  await exportBack(v3, folder.path, join(folder.path, 'back'));
  for (const table of tracingV2ParquetTables) {
    const { lost, added } = await compare(v2, join(folder.path, 'back'), table);
    expect({ table, lost, added }).toEqual({ table, lost: [], added: [] });
  }
});
