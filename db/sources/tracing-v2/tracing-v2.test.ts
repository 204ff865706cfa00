import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Workspace } from '../../analytics/workspace';
import {
  openAndRead,
  openTestWorkspace,
  patience,
  rowsOf,
  temporaryFolder,
} from '../../analytics/workspace/fixture';
import { Database } from '../../duckdb';
import { tableNames } from '../../model';
import { exportTracingV2Parquet, makeTracingV2 } from '../../testing/tracing-v2/make-tracing-v2';

const hash = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

async function rowsOfFile(file: string, sql: string): Promise<unknown[]> {
  await using database = await Database.open({ path: file, readOnly: true });
  const connection = await database.connectAlone();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
  }
}

test('a tracing v2 file opens with every row, warns of those without a session, and stays as it is', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, { sessions: 30 });
  const before = await hash(file);
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, file);
  const [source] = workspace.state().sources;
  expect(source).toMatchObject({ format: 'tracing-v2', state: 'ready', error: null });
  const named = ['experiments', 'systems', 'system_versions', 'session_timesteps', 'events', 'messages'];
  const counts = await rowsOfFile(
    file,
    `SELECT ${named.map((name) => `(SELECT count(*)::INTEGER FROM ${name}) AS ${name}`).join(', ')},
      (SELECT count(*)::INTEGER FROM session_traces) AS sessions,
      (SELECT count(*)::INTEGER FROM experimental_systems) AS experiment_systems`,
  );
  const { timesteps, event_payloads: _payloads, ...others } = source?.rows ?? {};
  expect([{ ...others, session_timesteps: timesteps }]).toEqual(counts);
  expect(workspace.warnings(sourceId, { offset: 0, limit: 9 }).rows).toMatchObject([
    { at: 'events', count: 1 },
    { at: 'messages', count: 1 },
  ]);
  expect(await hash(file)).toBe(before);
});

test('costs are the dollars of the file, tokens, times and rewards its own values', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, { sessions: 20 });
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  const there = `SELECT id AS event_key, if(isfinite(cost), cost, NULL) AS cost_usd, prompt_tokens::BIGINT AS input_tokens,
    completion_tokens::BIGINT AS output_tokens, event_time AS occurred_at, reward, terminated FROM events ORDER BY id`;
  const here =
    'SELECT event_key, cost_usd, input_tokens, output_tokens, occurred_at, reward, terminated FROM events ORDER BY event_key';
  const text = (rows: unknown[]) => JSON.stringify(rows).replaceAll(/"(\d+)"/g, '$1');
  expect(text(await rowsOf(workspace, here))).toBe(text(await rowsOfFile(file, there)));
  const bases = 'SELECT cost_basis, count(*) AS n FROM events GROUP BY ALL ORDER BY ALL';
  expect(await rowsOf(workspace, bases)).toEqual([
    { cost_basis: 'reported', n: '94' },
    { cost_basis: 'unpriced', n: '3' },
    { cost_basis: null, n: '170' },
  ]);
});

test('the step of an event is found however the metadata names it', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file);
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  const steps = `SELECT t.step_id FROM events e LEFT JOIN timesteps t USING (step_key)
    WHERE e.session_id = 'plain' ORDER BY e.event_key`;
  const named = (await rowsOf(workspace, steps)) as { step_id: string | null }[];
  expect(named.map((row) => row.step_id)).toEqual([
    'turn_0',
    'turn_0',
    'turn_1',
    'turn_1',
    'turn_1',
    'turn_2',
  ]);
  const spoken = await rowsOf(
    workspace,
    `SELECT role, author, content FROM messages WHERE session_id IN ('plain', 'first-writer') ORDER BY message_key`,
  );
  expect(spoken).toMatchObject([
    { role: 'other', content: 'You see a tree.' },
    { role: 'other' },
    { role: 'other', author: 'agent' },
    { role: 'assistant', content: 'Done.' },
    { role: 'user', content: 'Hello "you"\nsecond line' },
    { role: 'assistant', content: 'Just text' },
  ]);
});

test('the four-file Parquet export opens with the same rows as the file it came from', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, { sessions: 10 });
  await using workspace = await openTestWorkspace(folder.path);
  const all = (opened: Workspace) =>
    Promise.all(
      tableNames
        .filter((name) => !['experiments', 'systems', 'system_versions', 'experiment_systems'].includes(name))
        .map((table) => rowsOf(opened, `SELECT * EXCLUDE (source_id) FROM ${table} ORDER BY ALL`)),
    );
  await workspace.close(await openAndRead(workspace, file));
  await openAndRead(workspace, file);
  const expected = await all(workspace);
  for (const flavour of ['duckdb', 'pandas'] as const) {
    const target = join(folder.path, flavour);
    await exportTracingV2Parquet(file, target, flavour);
    for (const { sourceId } of workspace.state().sources) await workspace.close(sourceId);
    await openAndRead(workspace, target);
    expect(workspace.state().sources[0]).toMatchObject({ format: 'tracing-v2', state: 'ready', error: null });
    expect(await all(workspace)).toEqual(expected);
  }
});

test('an opening that was cut off goes on where it was, and the next one reads nothing again', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, { sessions: 3_000, isPlain: true });
  const opened = { kind: 'path', path: file } as const;
  {
    await using workspace = await openTestWorkspace(folder.path);
    const landed = new Promise<void>((resolve) => {
      workspace.onChange(() => {
        if ((workspace.state().sources[0]?.rows.events ?? 0) > 0) resolve();
      });
    });
    await workspace.open([opened], patience());
    await landed;
  }
  for (const reused of [false, true]) {
    await using workspace = await openTestWorkspace(folder.path);
    await workspace.open([opened], patience());
    await workspace.settled(patience());
    expect(workspace.state().sources[0]).toMatchObject({ state: 'ready', ...(reused ? { reused } : {}) });
    const counts =
      'SELECT count(*) AS events, count(DISTINCT event_key) AS keys, (SELECT count(*) FROM messages) AS messages FROM events';
    expect(await rowsOf(workspace, counts)).toEqual([{ events: '36000', keys: '36000', messages: '24000' }]);
  }
});
