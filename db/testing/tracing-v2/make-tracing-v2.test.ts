import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Database, integer, literal, statement } from '../../duckdb';
import { temporaryFolder } from '../../store/testing';
import { exportTracingV2Parquet, makeTracingV2 } from './make-tracing-v2';

const count = (from: string) =>
  statement({
    name: 'test.count',
    sql: `SELECT count(*) AS n FROM ${from}`,
    params: z.object({}),
    row: z.object({ n: integer }),
  });

test('a tracing v2 file has its quirks, ordinary sessions in number, and a Parquet export of four files', async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, { sessions: 3 });
  for (const flavour of ['duckdb', 'pandas'] as const) {
    const exported = join(folder.path, flavour);
    await exportTracingV2Parquet(file, exported, flavour);
    expect((await readdir(exported)).sort()).toEqual([
      'events.parquet',
      'messages.parquet',
      'session_timesteps.parquet',
      'session_traces.parquet',
    ]);
  }
  await using database = await Database.open({ path: file, readOnly: true });
  const rows = async (from: string) => (await database.run(count(from), {}))[0]?.n;
  expect(await rows('session_traces')).toBe(11);
  expect(await rows("events WHERE session_id LIKE 'many-%'")).toBe(36);
  expect(await rows('events WHERE timestep_id IS NOT NULL')).toBe(0);
  expect(await rows('events WHERE id < 8')).toBe(0);
  const parquet = literal(join(folder.path, 'pandas', 'events.parquet'));
  expect(await rows(`(SELECT * FROM ${parquet})`)).toBe(await rows('events'));
});
