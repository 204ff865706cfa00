import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Database, statement } from '../../duckdb';
import type { Chunk } from '../../sources';
import { chunkLine } from '../../sources/chunk-text';
import { insertSql } from './insert-sql';
import { mirrorTable } from './layout';

const times = statement({
  name: 'test.times',
  sql: 'SELECT started_at, session_no FROM timesteps ORDER BY step_key',
  params: z.object({}),
  row: z.object({ started_at: z.string().nullable(), session_no: z.bigint().nullable() }),
});

async function landSteps(texts: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'stepscope-insert-'));
  const file = join(folder, 'chunk.txt');
  await writeFile(file, `${texts.map((text, at) => chunkLine([at, 's1', text])).join('\n')}\n`);
  const chunk: Chunk = {
    stage: 'timesteps',
    table: 'timesteps',
    columns: ['step_key', 'session_id', 'started_at'],
    content: { kind: 'text', file, longestBytes: 1_000 },
    rows: texts.length,
    mode: 'append',
    cursor: {},
    total: null,
  };
  await using database = await Database.open();
  await using connection = await database.acquire();
  await connection.execute(`${mirrorTable('sessions').ddl}; ${mirrorTable('timesteps').ddl};
    INSERT INTO sessions (source_id, session_id, kind, status, session_no) VALUES ('a', 's1', 'session', 'unknown', 7)`);
  await connection.execute(insertSql(chunk), { source_id: 'a' });
  const rows = await connection.run(times, {});
  await rm(folder, { recursive: true });
  return rows;
}

const at = (seconds: string) => `2026-01-01T${seconds}Z`;

test('a time is read as what it says: a zone where it names one, UTC where it names none, seconds to nanoseconds by their size', async () => {
  const cases: readonly (readonly [string, string | null])[] = [
    ['2026-01-01 10:00:00', at('10:00:00.000000')],
    ['2026-01-01T10:00:00.123456', at('10:00:00.123456')],
    ['2026-01-01T10:00:00Z', at('10:00:00.000000')],
    ['2026-01-01T10:00:00+00:00', at('10:00:00.000000')],
    ['2026-01-01T12:00:00+02:00', at('10:00:00.000000')],
    ['2026-01-01 03:00:00-07', at('10:00:00.000000')],
    ['2026-01-01 05:00:00 America/New_York', at('10:00:00.000000')],
    ['2026-01-01', at('00:00:00.000000')],
    ['1767261600', at('10:00:00.000000')],
    ['1767261600.5', at('10:00:00.500000')],
    ['1767261600000', at('10:00:00.000000')],
    ['1767261600000000', at('10:00:00.000000')],
    ['1767261600000.25', at('10:00:00.000250')],
    ['17672616000000e5', at('10:00:00.000000')],
    ['2026-01-01 10:00', at('10:00:00.000000')],
    ['1767261600000000000', at('10:00:00.000000')],
    ['2026-13-01', null],
    ['yesterday', null],
    ['', null],
  ];
  const rows = await landSteps(cases.map(([text]) => text));
  expect(rows.map((row) => row.started_at)).toEqual(cases.map(([, wanted]) => wanted));
  expect(new Set(rows.map((row) => row.session_no))).toEqual(new Set([7n]));
});
