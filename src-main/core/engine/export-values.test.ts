import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openFixture } from '../../../db/analytics/queries/fixture';
import { openAndRead, openTestWorkspace, rowsOf } from '../../../db/analytics/workspace/fixture';
import type { JobState } from '../../contract';
import { Jobs } from '../jobs';
import { createDataRouter } from './index';

async function exportRows(
  rows: string,
  target: string,
  format: 'parquet' | 'csv' | 'jsonl',
): Promise<JobState> {
  await using workspace = await openFixture(rows);
  await using jobs = new Jobs();
  const client = createRouterClient(createDataRouter(workspace, jobs));
  const { jobId } = await client.jobs.start({ kind: 'export', format, target, scope: {} });
  let last: JobState | undefined;
  for await (const state of jobs.watch(jobId, undefined)) last = state;
  if (last === undefined) throw new Error('the job told nothing');
  return last;
}

const session = `INSERT INTO sessions (source_id, session_id, kind, status) VALUES ('a', 's', 'session', 'completed');`;
const text = (value: string | null) => (value === null ? 'NULL' : `'${value.replaceAll("'", "''")}'`);
const double = (value: number | null) =>
  value === null ? 'NULL' : `CAST('${Object.is(value, -0) ? '-0.0' : value}' AS DOUBLE)`;

test('CSV and JSON Lines tell NULL from the empty text; what is no number is NaN in CSV and null in JSON', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stepscope-values-'));
  const rows = `${session} INSERT INTO events (source_id, event_key, session_id, event_type, name, error, reward, latency_ms) VALUES
    ('a', 1, 's', 'runtime', '', NULL, CAST('NaN' AS DOUBLE), NULL), ('a', 2, 's', 'runtime', NULL, '', 0.5, 0)`;
  expect(await exportRows(rows, join(folder, 'csv'), 'csv')).toMatchObject({ status: 'done' });
  const [header = '', ...lines] = (await readFile(join(folder, 'csv/events.csv'), 'utf8')).trim().split('\n');
  const cell = (line: number, name: string) => lines[line]?.split(',')[header.split(',').indexOf(name)];
  expect(['name', 'error', 'reward', 'latency_ms'].map((name) => cell(0, name))).toEqual([
    '""',
    '',
    'nan',
    '',
  ]);
  expect(['name', 'error', 'reward', 'latency_ms'].map((name) => cell(1, name))).toEqual([
    '',
    '""',
    '0.5',
    '0.0',
  ]);
  expect(await exportRows(rows, join(folder, 'jsonl'), 'jsonl')).toMatchObject({ status: 'done' });
  const values = (await readFile(join(folder, 'jsonl/events.jsonl'), 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(values).toMatchObject([
    { name: '', error: null, reward: null },
    { name: null, error: '', reward: 0.5 },
  ]);
  await rm(folder, { recursive: true });
});

test('an export opened again has equal values, whatever they are', async () => {
  const anyText = fc.option(
    fc.string({ unit: 'grapheme', maxLength: 40 }).map((value) => value.replaceAll('\0', '')),
  );
  const anyDouble = fc.option(fc.double());
  const anyBigint = fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
  const anyRow = fc.record({ name: anyText, reward: anyDouble, tokens: anyBigint, metadata: anyText });
  // Their sum is no BIGINT: it once made the whole source unreadable.
  const huge = { name: '', reward: Number.NaN, tokens: 2n ** 63n - 1n, metadata: null };
  await fc.assert(
    fc.asyncProperty(fc.array(anyRow, { minLength: 1, maxLength: 8 }), async (rows) => {
      const folder = await mkdtemp(join(tmpdir(), 'stepscope-values-'));
      const events = rows.map(
        ({ name, reward, tokens }, at) =>
          `('a', ${at}, 's', 'runtime', ${text(name)}, ${double(reward)}, ${tokens === null ? 'NULL' : `CAST('${tokens}' AS BIGINT)`})`,
      );
      const messages = rows.map(({ metadata }, at) => `('a', ${at}, 's', 'user', ${text(metadata ?? '')})`);
      const sql = `${session}
        INSERT INTO events (source_id, event_key, session_id, event_type, name, reward, input_tokens) VALUES ${events.join(', ')};
        INSERT INTO messages (source_id, message_key, session_id, role, content) VALUES ${messages.join(', ')}`;
      const target = join(folder, 'out');
      expect(await exportRows(sql, target, 'parquet')).toMatchObject({ status: 'done' });
      await using fixture = await openFixture(sql);
      await using workspace = await openTestWorkspace(folder);
      await openAndRead(workspace, target);
      for (const query of [
        'SELECT event_key, name, reward, input_tokens FROM events ORDER BY event_key',
        'SELECT message_key, content FROM messages ORDER BY message_key',
      ])
        expect(await rowsOf(workspace, query)).toEqual(await rowsOf(fixture, query));
      await rm(folder, { recursive: true, force: true });
    }),
    { numRuns: 5, endOnFailure: true, examples: [[[huge, huge]]] },
  );
});

/** A file system of one megabyte, where this user may mount one. */
async function mountSmall(): Promise<(AsyncDisposable & { readonly path: string }) | undefined> {
  const path = await mkdtemp(join(tmpdir(), 'stepscope-full-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', path]);
  if (status !== 0) {
    await rm(path, { recursive: true });
    return undefined;
  }
  const unmount = async () => {
    spawnSync('umount', [path]);
    await rm(path, { recursive: true });
  };
  return { path, [Symbol.asyncDispose]: unmount };
}

test('a disk that is full is DISK_FULL, and nothing half-written stays', async (context) => {
  await using disk = await mountSmall();
  if (disk === undefined) return context.skip('only root may mount a small disk');
  const rows = `${session} INSERT INTO messages (source_id, message_key, session_id, role, content)
    SELECT 'a', range, 's', 'user', sha256(range::VARCHAR) || md5(range::VARCHAR) FROM range(60000)`;
  for (const format of ['parquet', 'csv'] as const) {
    const last = await exportRows(rows, join(disk.path, format), format);
    expect(last).toMatchObject({ status: 'failed', failure: { code: 'DISK_FULL' } });
    expect(last.failure?.message).toContain(disk.path);
  }
  expect(await readdir(disk.path)).toEqual([]);
});
