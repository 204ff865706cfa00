import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  dialectB,
  makeSqlite,
  openAndRead,
  openTestWorkspace,
  patience,
  rowsOf,
  temporaryFolder,
} from './fixture';

const oneSession = [
  ...dialectB,
  "INSERT INTO session_traces VALUES ('s1', '2026-01-01 00:00:00', 9, 9, 9, '{\"title\":\"first\"}', NULL, NULL)",
  "INSERT INTO session_timesteps(session_id, step_id, step_index, started_at) VALUES ('s1', 'a', 0, '2026-01-01T00:00:01+00:00')",
  "INSERT INTO events(session_id, timestep_id, event_type, event_time, message_time, model_name, input_tokens, total_tokens, cost_usd) VALUES ('s1', 1, 'cais', 1767225600.25, 9007199254740993, 'gpt-5-nano', 10, 12, 0)",
  "INSERT INTO messages(session_id, message_type, content) VALUES ('s1', 'user', 'two\nlines, \"quoted\"')",
];

async function hashes(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  return Promise.all(
    names.map(async ({ name }) => {
      const bytes = await readFile(join(folder, name));
      return `${name} ${createHash('sha256').update(bytes).digest('hex')}`;
    }),
  );
}

test('the views are there, and empty, before anything is opened', async () => {
  await using folder = await temporaryFolder();
  await using workspace = await openTestWorkspace(folder.path);
  expect(await rowsOf(workspace, 'SELECT count(*) AS n FROM session_stats')).toEqual([{ n: '0' }]);
  expect(await rowsOf(workspace, 'SELECT session_no FROM keyed.events')).toEqual([]);
});

test('counters are counted, quoted text and integers over 2^53 survive, a cent count of zero is a rounded figure', async () => {
  await using folder = await temporaryFolder();
  makeSqlite(join(folder.path, 'x.db'), oneSession).close();
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, join(folder.path, 'x.db'));
  expect(
    await rowsOf(
      workspace,
      'SELECT steps, events, messages, calls_rounded_zero, cost_usd FROM session_stats',
    ),
  ).toEqual([{ steps: 1, events: 1, messages: 1, calls_rounded_zero: 1, cost_usd: 0 }]);
  expect(await rowsOf(workspace, 'SELECT sequence, step_key, occurred_at, cost_basis FROM events')).toEqual([
    {
      sequence: '9007199254740993',
      step_key: '1',
      occurred_at: '2026-01-01 00:00:00.25',
      cost_basis: 'reported_rounded',
    },
  ]);
  expect(await rowsOf(workspace, 'SELECT content, step_key FROM messages')).toEqual([
    { content: 'two\nlines, "quoted"', step_key: null },
  ]);
});

test('rows that are only in the WAL are read, with and without its index, and nothing beside the file changes', async () => {
  await using folder = await temporaryFolder();
  const writer = makeSqlite(join(folder.path, 'open.db'), ['PRAGMA journal_mode = WAL', ...oneSession]);
  for (const [name, endings] of [
    ['with', ['', '-wal', '-shm']],
    ['without', ['', '-wal']],
  ] as const) {
    const copy = join(folder.path, name);
    await mkdir(copy);
    for (const ending of endings)
      await cp(join(folder.path, `open.db${ending}`), join(copy, `x.db${ending}`));
    const before = await hashes(copy);
    {
      await using workspace = await openTestWorkspace(folder.path);
      await openAndRead(workspace, join(copy, 'x.db'));
      expect(await rowsOf(workspace, 'SELECT session_id FROM sessions')).toEqual([{ session_id: 's1' }]);
    }
    expect(await hashes(copy)).toEqual(before);
  }
  writer.close();
});

test('a WAL database without a WAL stays alone in its folder', async () => {
  await using folder = await temporaryFolder();
  const own = join(folder.path, 'own');
  await mkdir(own);
  makeSqlite(join(own, 'x.db'), ['PRAGMA journal_mode = WAL', ...oneSession]).close();
  const before = await hashes(own);
  expect(before).toHaveLength(1);
  {
    await using workspace = await openTestWorkspace(folder.path);
    await openAndRead(workspace, join(own, 'x.db'));
  }
  expect(await hashes(own)).toEqual(before);
});

test('added and ended rows come with a refresh; a writer may have the file open', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  const writer = makeSqlite(file, ['PRAGMA journal_mode = WAL', ...oneSession]);
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, file);
  writer.exec("UPDATE session_timesteps SET completed_at = '2026-01-01 00:00:05'");
  writer.exec("INSERT INTO session_traces VALUES ('s2', '2026-01-02', 0, 0, 0, NULL, NULL, NULL)");
  writer.exec("INSERT INTO events(session_id, event_type, reward) VALUES ('s2', 'environment', 0.5)");
  await workspace.refresh(sourceId);
  expect(await rowsOf(workspace, 'SELECT session_id, status FROM sessions ORDER BY 1')).toEqual([
    { session_id: 's1', status: 'completed' },
    { session_id: 's2', status: 'unknown' },
  ]);
  expect(await rowsOf(workspace, 'SELECT session_id, events, reward FROM session_stats ORDER BY 1')).toEqual([
    { session_id: 's1', events: 1, reward: null },
    { session_id: 's2', events: 1, reward: 0.5 },
  ]);
  writer.close();
});

test('a mirror is reused when nothing changed, and made again when rows are gone', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, oneSession).close();
  {
    await using workspace = await openTestWorkspace(folder.path);
    await openAndRead(workspace, file);
    expect(workspace.state().sources[0]?.reused).toBe(false);
  }
  {
    await using workspace = await openTestWorkspace(folder.path);
    await openAndRead(workspace, file);
    expect(workspace.state().sources[0]).toMatchObject({ reused: true, sessions: 1, rows: { events: 1 } });
  }
  makeSqlite(file, ["UPDATE session_traces SET session_id = 's9', rowid = 7", 'DELETE FROM events']).close();
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  expect(await rowsOf(workspace, 'SELECT session_id, events FROM session_stats')).toEqual([
    { session_id: 's9', events: 0 },
  ]);
});

test('the same path opened twice is one source; closing removes its rows and no others', async () => {
  await using folder = await temporaryFolder();
  for (const name of ['x.db', 'y.db']) makeSqlite(join(folder.path, name), oneSession).close();
  await using workspace = await openTestWorkspace(folder.path);
  const first = await openAndRead(workspace, join(folder.path, 'x.db'));
  expect(await openAndRead(workspace, join(folder.path, '.', 'x.db'))).toBe(first);
  const second = await openAndRead(workspace, join(folder.path, 'y.db'));
  await workspace.close(first);
  expect(await rowsOf(workspace, 'SELECT source_id FROM sessions')).toEqual([{ source_id: second }]);
});

test('a file that is gone is away, and its rows still answer', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, oneSession).close();
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, file);
  await rm(file);
  await workspace.refresh(sourceId);
  expect(workspace.state().sources[0]).toMatchObject({ state: 'away', error: { code: 'SOURCE_NOT_FOUND' } });
  expect(await rowsOf(workspace, 'SELECT count(*) AS n FROM events')).toEqual([{ n: '1' }]);
});

test('what cannot be opened says why, and the rest opens', async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  await writeFile(at('empty.db'), '');
  await writeFile(at('picture.db'), Buffer.from('89504e470d0a1a0a', 'hex'));
  await writeFile(at('notes.txt'), 'some notes');
  await writeFile(at('cut.db'), 'SQLite format 3\0');
  makeSqlite(at('other.db'), ['CREATE TABLE shopping(item TEXT)']).close();
  makeSqlite(at('near.db'), ['CREATE TABLE session_traces(session_id TEXT)']).close();
  makeSqlite(at('good.db'), oneSession).close();
  await mkdir(at('sqld/dbs/default'), { recursive: true });
  await using workspace = await openTestWorkspace(folder.path);
  const names = [
    'missing.db',
    'empty.db',
    'picture.db',
    'notes.txt',
    'cut.db',
    'other.db',
    'near.db',
    'sqld',
    'good.db',
  ];
  const results = await workspace.open(
    names.map((name) => ({ kind: 'path', path: at(name) })),
    patience(),
  );
  expect(results.map((result) => result.failure?.code ?? 'open')).toEqual([
    'SOURCE_NOT_FOUND',
    'FORMAT_UNKNOWN',
    'FORMAT_UNKNOWN',
    'FORMAT_UNKNOWN',
    'FORMAT_DAMAGED',
    'FORMAT_UNKNOWN',
    'SCHEMA_UNSUPPORTED',
    'FORMAT_DAMAGED',
    'open',
  ]);
  for (const { failure } of results) if (failure !== null) expect(failure.message).toContain(folder.path);
});

test('a second workspace on the same cache reads into a mirror of its own', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, oneSession).close();
  await using first = await openTestWorkspace(folder.path);
  await openAndRead(first, file);
  await using second = await openTestWorkspace(folder.path);
  await openAndRead(second, file);
  expect(await rowsOf(second, 'SELECT session_id FROM sessions')).toEqual([{ session_id: 's1' }]);
});

test('calls that say no cost are priced from their tokens; an unknown model stays unpriced', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, [
    ...oneSession,
    "INSERT INTO events(session_id, event_type, model_name, provider, input_tokens, output_tokens) VALUES ('s1', 'cais', 'gpt-4.1-mini', 'openai', 1000000, 1000000)",
    "INSERT INTO events(session_id, event_type, model_name, input_tokens, output_tokens) VALUES ('s1', 'cais', 'nobody-knows-it', 10, 10)",
    `INSERT INTO events(session_id, event_type, cost_usd, call_records) VALUES ('s1', 'cais', 0, '[{"usage":{"cost_usd":0.001}},{"usage":{"cost_usd":0.002}}]')`,
  ]).close();
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  expect(await rowsOf(workspace, 'SELECT cost_basis, cost_usd FROM events ORDER BY event_key')).toEqual([
    { cost_basis: 'reported_rounded', cost_usd: 0 },
    { cost_basis: 'priced', cost_usd: 2 },
    { cost_basis: 'unpriced', cost_usd: null },
    { cost_basis: 'reported', cost_usd: 0.003 },
  ]);
  expect(
    await rowsOf(workspace, 'SELECT calls_priced, calls_unpriced, calls_reported FROM session_stats'),
  ).toEqual([{ calls_priced: 1, calls_unpriced: 1, calls_reported: 1 }]);
});

test('of a file that was cut short, what is left is read, and what is lost is said', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  const many = `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2000)`;
  makeSqlite(file, [
    ...oneSession,
    `${many} INSERT INTO events(session_id, event_type, metadata) SELECT 's1', 'runtime', printf('{"n":%d,"text":"%0200d"}', i, i) FROM c`,
  ]).close();
  await truncate(file, Math.floor((await stat(file)).size / 2));
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  const [source] = workspace.state().sources;
  expect(source).toMatchObject({ state: 'damaged', sessions: 1, error: { code: 'FORMAT_DAMAGED' } });
  expect(String(source?.error?.data.lost)).toContain('events');
  const [row] = await rowsOf(
    workspace,
    'SELECT count(*)::INTEGER AS n, max(messages) AS m FROM events, session_stats',
  );
  expect(row).toMatchObject({ m: 1 });
  expect(source?.rows.events).toBeGreaterThan(500);
  expect(source?.rows.events).toBeLessThan(1800);
});

test('what is being opened is told and reported at once, and what does not open is forgotten', async () => {
  await using folder = await temporaryFolder();
  const path = join(folder.path, 'x.db');
  makeSqlite(path, oneSession).close();
  const reported: unknown[] = [];
  await using workspace = await openTestWorkspace(folder.path, { onSpecs: (specs) => reported.push(specs) });
  const good = { kind: 'path', path } as const;
  const absent = { kind: 'path', path: join(folder.path, 'absent.db') } as const;
  const opened = workspace.open([absent, good], new AbortController().signal);
  expect(reported).toEqual([[absent, good]]);
  expect(workspace.state().opening).toEqual([absent.path, path]);
  await opened;
  expect(workspace.state().opening).toEqual([]);
  expect(reported).toEqual([[absent, good], [good]]);
});
