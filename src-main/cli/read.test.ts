import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { askSqlite, makeCorpus, runCli, startCli, temporaryFolder } from './testing';

// Each command is a process that loads DuckDB: seconds on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const folder = temporaryFolder();
const home = join(folder.path, 'home');
const corpus = join(folder.path, 's.db');

beforeAll(() => makeCorpus(corpus));
afterAll(() => folder[Symbol.dispose]());

const hash = () => createHash('sha256').update(readFileSync(corpus)).digest('hex');

test('info counts the rows of each table, and the file stays as it was', async () => {
  const before = hash();
  const { code, stdout, stderr } = await runCli(home, 'info', corpus, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const info = JSON.parse(stdout);
  expect(info).toMatchObject({ format: 'tracing-v3', dialect: 'B', warningCount: 0, warnings: [] });
  const [sessions, steps, events, messages] = askSqlite(
    corpus,
    `SELECT (SELECT count(*) FROM session_traces), (SELECT count(*) FROM session_timesteps),
      (SELECT count(*) FROM events), (SELECT count(*) FROM messages)`,
  ).map(Number);
  expect(info.tables).toMatchObject({ sessions, timesteps: steps, events, messages });
  expect(info.sources).toHaveLength(1);
  expect(hash()).toBe(before);
});

test('info without --json says the same in lines', async () => {
  const { code, stdout } = await runCli(home, 'info', corpus);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^format +tracing-v3$/m);
  expect(stdout).toMatch(/^events +20,000$/m);
});

test('query gives the counts and sums that sqlite3 gives', async () => {
  const pairs = [
    [
      'SELECT count(*), sum(input_tokens), sum(output_tokens), sum(total_tokens), sum(latency_ms) FROM events',
      'SELECT count(*), sum(input_tokens), sum(output_tokens), sum(total_tokens), sum(latency_ms) FROM events',
    ],
    [
      'SELECT count(*), count(DISTINCT session_id), sum(length(content)) FROM messages',
      'SELECT count(*), count(DISTINCT session_id), sum(length(content)) FROM messages',
    ],
    [
      'SELECT count(*), count(completed_at) FROM timesteps',
      'SELECT count(*), count(completed_at) FROM session_timesteps',
    ],
    [
      "SELECT round(sum(reward), 6) FROM events WHERE event_type = 'environment'",
      "SELECT round(sum(reward), 6) FROM events WHERE event_type = 'environment'",
    ],
    [
      "SELECT sum(value) FROM rewards WHERE scope = 'outcome'",
      'SELECT sum(total_reward) FROM outcome_rewards',
    ],
  ] as const;
  for (const [ours, theirs] of pairs) {
    const { code, stdout, stderr } = await runCli(home, 'query', corpus, ours, '--csv');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const row = stdout.trimEnd().split('\n')[1]?.split(',').map(Number);
    expect(row).toEqual(askSqlite(corpus, theirs).map(Number));
  }
});

test('query --json writes integers that are safe as numbers, others as text, and times in UTC', async () => {
  const sql = `SELECT 1 AS one, 9007199254740993 AS big, created_at, NULL AS nothing, [1, 2] AS list, 'a"b' AS one
    FROM sessions ORDER BY created_at LIMIT 1`;
  const { stdout } = await runCli(home, 'query', corpus, sql, '--json');
  expect(JSON.parse(stdout)).toEqual([
    {
      one: 1,
      big: '9007199254740993',
      created_at: '2026-01-01T00:00:00.000000Z',
      nothing: null,
      list: [1, 2],
      one_1: 'a"b',
    },
  ]);
});

test('CSV survives quotes, commas, line ends and the difference between NULL and the empty text', async () => {
  const sql = `SELECT 'a,"b"' || chr(10) || 'c' || chr(13) AS odd, '' AS empty, NULL AS nothing, 'ü–😀' AS wide`;
  const { stdout } = await runCli(home, 'query', corpus, sql, '--csv');
  expect(stdout).toBe('odd,empty,nothing,wide\n"a,""b""\nc\r","",,ü–😀\n');
});

test('a text table is aligned and keeps control characters from the terminal', async () => {
  const sql = "SELECT 'x' || chr(27) || '[31m' AS text, 7 AS n UNION ALL SELECT 'longer', 1234 ORDER BY n";
  const { stdout } = await runCli(home, 'query', corpus, sql);
  expect(stdout).toBe(
    `${['text            n', '───────────  ────', 'x\\u001b[31m     7', 'longer       1234'].join('\n')}\n`,
  );
  expect(stdout).not.toContain('\u001b');
});

test.each([
  ["SELECT * FROM read_text('/etc/passwd')", 'reads a file'],
  ["SELECT * FROM '/etc/passwd'", 'reads a file by name'],
  ["ATTACH '/tmp/stepscope-never.duckdb' AS other", 'attaches'],
  ["COPY sessions TO '/tmp/stepscope-never.csv'", 'writes a file'],
  ['CREATE TEMP TABLE mine AS SELECT 1', 'makes a table'],
  ['INSTALL httpfs', 'installs'],
  ["SET memory_limit = '100GB'", 'changes a setting'],
  ['SELECT 1; SELECT 2', 'runs two statements'],
  ['SELECT nope FROM sessions', 'names a column that is not there'],
])('query refuses %s, which %s', async (sql) => {
  const { code, stdout, stderr } = await runCli(home, 'query', corpus, sql);
  expect({ code, stdout }).toEqual({ code: 13, stdout: '' });
  expect(stderr).toMatch(/^QUERY_INVALID: .+\n$/);
  expect(stderr).not.toContain('root:');
});

test('query cannot change the mirror that it reads', async () => {
  const { sources } = JSON.parse((await runCli(home, 'info', corpus, '--json')).stdout);
  expect(sources).toHaveLength(1);
  const { stdout } = await runCli(home, 'sessions', corpus, '--json', '--limit', '1');
  const mirror = `mirror_${JSON.parse(stdout).sessions[0].sourceId}.main.sessions`;
  for (const sql of [
    `DELETE FROM ${mirror}`,
    `EXPLAIN ANALYZE DELETE FROM ${mirror}`,
    `DROP TABLE ${mirror}`,
  ]) {
    expect((await runCli(home, 'query', corpus, sql)).code).toBe(13);
  }
  const counted = await runCli(home, 'query', corpus, `SELECT count(*) AS n FROM ${mirror}`, '--csv');
  expect(counted.stdout).toBe('n\n200\n');
});

test('a mirror that another process holds is no obstacle', async () => {
  const holder = startCli(home, ['query', corpus, 'SELECT * FROM range(50000000)', '--csv']);
  await new Promise<void>((resolve) => holder.stdout?.once('data', () => resolve()));
  holder.stdout?.pause();
  const { code, stdout } = await runCli(home, 'info', corpus, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).tables).toMatchObject({ sessions: 200, events: 20_000 });
  expect(holder.exitCode).toBeNull();
  const ended = new Promise((resolve) => holder.once('exit', resolve));
  holder.stdout?.destroy();
  holder.kill('SIGTERM');
  await ended;
});

test('query stops what takes longer than --timeout', async () => {
  const sql = 'SELECT count(*) FROM range(10000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11';
  const { code, stderr } = await runCli(home, 'query', corpus, sql, '--timeout', '1');
  expect(code).toBe(13);
  expect(stderr).toContain('stopped after 1 second');
});

test('sessions are limited, sorted and filtered, with the whole count', async () => {
  const list = async (...parameters: string[]) => {
    const { code, stdout } = await runCli(home, 'sessions', corpus, '--json', ...parameters);
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };
  const newest = await list('--limit', '3');
  expect(newest.total).toBe(200);
  expect(newest.sessions).toHaveLength(3);
  expect(newest.sessions[0]).toMatchObject({ steps: 20, events: 100, messages: 40, kind: 'session' });

  const dearest = await list('--limit', '200', '--sort', 'cost');
  const costs = dearest.sessions.map((session: { costUsd: number }) => session.costUsd);
  expect(costs).toHaveLength(200);
  expect(costs).toEqual([...costs].sort((a, b) => b - a));
  const cheapest = await list('--limit', '1', '--sort', '+cost');
  expect(cheapest.sessions[0].costUsd).toBe(costs.at(-1));

  const rewarded = await list('--filter', 'reward>=10', '--limit', '500');
  const [expected] = askSqlite(corpus, 'SELECT count(*) FROM outcome_rewards WHERE total_reward >= 10').map(
    Number,
  );
  expect(rewarded.total).toBe(expected);
  expect(rewarded.sessions).toHaveLength(rewarded.total);

  const none = await list('--filter', 'model:nobody');
  expect(none).toEqual({ sessions: [], total: 0 });
  expect((await list('--limit', '0')).sessions).toEqual([]);
});

test('what is wrong with the command line is told with exit code 2, with the filter as QUERY_INVALID', async () => {
  for (const parameters of [
    ['sessions', corpus, '--sort', 'nothing'],
    ['sessions', corpus, '--limit', 'many'],
    ['query', corpus],
    ['query', corpus, 'SELECT 1', '--json', '--csv'],
    ['export', corpus, join(folder.path, 'never'), '--format', 'xlsx'],
    ['export', corpus, join(folder.path, 'never'), '--tables', 'nope'],
    ['export', corpus, join(folder.path, 'never'), '--sessions', 'nope'],
    ['info', corpus, '--nope'],
  ]) {
    const { code, stdout, stderr } = await runCli(home, ...parameters);
    expect({ code, stdout, parameters }).toEqual({ code: 2, stdout: '', parameters });
    expect(stderr).toMatch(/^USAGE: .+\n$/);
  }
  const { code, stderr } = await runCli(home, 'sessions', corpus, '--filter', 'nofield:1');
  expect(code).toBe(13);
  expect(stderr).toMatch(/^QUERY_INVALID: .+\n$/);
});
