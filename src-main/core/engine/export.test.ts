import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openFixture } from '../../../db/analytics/queries/fixture';
import { Database, literal, statement } from '../../../db/duckdb';
import { exportManifest } from '../../../db/model';
import type { JobState } from '../../contract';
import { Jobs } from '../jobs';
import { createDataRouter } from './index';

async function openExport() {
  const folder = await mkdtemp(join(tmpdir(), 'stepscope-export-'));
  const workspace = await openFixture();
  const client = createRouterClient(createDataRouter(workspace, new Jobs()));
  const run = async (target: string, rest: object = {}) => {
    const input = {
      kind: 'export',
      format: 'parquet',
      target: join(folder, target),
      scope: {},
      ...rest,
    } as const;
    const { jobId } = await client.jobs.start(input);
    const states: JobState[] = [];
    for await (const state of await client.jobs.watch({ jobId })) states.push(state);
    const last = states.at(-1);
    if (last === undefined) throw new Error('no state');
    return { last, states };
  };
  const close = async () => {
    await workspace[Symbol.asyncDispose]();
    await rm(folder, { recursive: true });
  };
  return { folder, client, run, [Symbol.asyncDispose]: close };
}

const readManifest = async (path: string) =>
  exportManifest.parse(JSON.parse(await readFile(join(path, 'manifest.json'), 'utf8')));

const anyRow = z.record(z.string(), z.unknown());
const rowsOf = (sql: string) => statement({ name: 'test', sql, params: z.object({}), row: anyRow });

test('an export is one file a table with its rows and checksum, and its values are those that were read', async () => {
  await using exporting = await openExport();
  const { last } = await exporting.run('out');
  expect(last).toMatchObject({ status: 'done', result: { rows: 29 } });
  const path = join(exporting.folder, 'out');
  const manifest = await readManifest(path);
  expect(manifest.sources.map((source) => source.name)).toEqual(['first.db', 'second.db']);
  for (const { file, sha256, bytes } of manifest.tables) {
    const content = await readFile(join(path, file));
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256);
    expect(content.length).toBe(bytes);
  }
  await using database = await Database.open();
  const events = await database.run(
    rowsOf(`SELECT * FROM read_parquet(${literal(join(path, 'events.parquet'))}) ORDER BY event_key`),
    {},
  );
  expect(events).toHaveLength(7);
  expect(events.at(-1)).toMatchObject({
    event_key: 9007199254740993n,
    input_tokens: 9007199254740993n,
    occurred_at: null,
  });
  expect(await readdir(exporting.folder)).toEqual(['out']);
});

test('CSV and JSON Lines keep NULL apart from the empty text, and integers over 2^53', async () => {
  await using exporting = await openExport();
  await exporting.run('csv', { format: 'csv', tables: ['events', 'experiments'] });
  const csv = await readFile(join(exporting.folder, 'csv/events.csv'), 'utf8');
  expect(csv.split('\n')[0]).toMatch(/^source_id,event_key,session_id/);
  expect(csv).toContain('9007199254740993');
  expect(csv).toContain('2026-01-01T10:00:01.000000Z');
  await exporting.run('jsonl', { format: 'jsonl', tables: ['events'] });
  const lines = (await readFile(join(exporting.folder, 'jsonl/events.jsonl'), 'utf8')).trim().split('\n');
  expect(lines).toHaveLength(7);
  expect(lines.at(-2)).toContain('"event_key":9007199254740993');
});

test('a selection and a filter export their sessions only, with what belongs to them', async () => {
  await using exporting = await openExport();
  await exporting.run('one', { scope: { q: 'model:gpt-5' } });
  const manifest = await readManifest(join(exporting.folder, 'one'));
  const rows = Object.fromEntries(manifest.tables.map((one) => [one.table, one.rows]));
  expect(rows).toEqual({
    experiments: 1,
    sessions: 1,
    timesteps: 2,
    events: 6,
    event_payloads: 5,
    messages: 3,
    rewards: 2,
  });
  await exporting.run('two', {
    scope: { sessions: [{ sourceId: 'a', sessionId: 's3' }] },
    tables: ['messages'],
  });
  const second = await readManifest(join(exporting.folder, 'two'));
  expect(second.tables).toMatchObject([{ table: 'messages', rows: 2 }]);
});

test('a target that exists is not touched; with overwrite only an export is replaced', async () => {
  await using exporting = await openExport();
  await exporting.run('out');
  expect((await exporting.run('out')).last).toMatchObject({
    status: 'failed',
    failure: { code: 'EXPORT_TARGET_EXISTS' },
  });
  expect((await exporting.run('out', { overwrite: true })).last).toMatchObject({ status: 'done' });
  await writeFile(join(exporting.folder, 'mine'), 'a file of the user');
  expect((await exporting.run('mine', { overwrite: true })).last).toMatchObject({
    failure: { code: 'EXPORT_TARGET_EXISTS' },
  });
  expect(await readFile(join(exporting.folder, 'mine'), 'utf8')).toBe('a file of the user');
  expect((await exporting.run('no/such/place')).last).toMatchObject({
    failure: { code: 'SOURCE_NOT_FOUND' },
  });
  expect((await exporting.run('x', { tables: ['nothing'] })).last).toMatchObject({
    failure: { code: 'QUERY_INVALID' },
  });
  expect(await readdir(exporting.folder)).toEqual(['mine', 'out']);
});

test('a cancelled export leaves nothing behind, and a late watcher gets its last state', async () => {
  await using exporting = await openExport();
  const target = join(exporting.folder, 'gone');
  const { jobId } = await exporting.client.jobs.start({ kind: 'export', format: 'csv', target, scope: {} });
  await exporting.client.jobs.cancel({ jobId });
  const states: JobState[] = [];
  for await (const state of await exporting.client.jobs.watch({ jobId })) states.push(state);
  expect(states).toMatchObject([{ status: 'cancelled', failure: { code: 'CANCELLED' } }]);
  expect(await readdir(exporting.folder)).toEqual([]);
});
