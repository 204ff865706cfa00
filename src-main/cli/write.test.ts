import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@libsql/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { makeCorpus, runCli, startCli, temporaryFolder, untilEnd } from './testing';

// Each command is a process that loads DuckDB: seconds on a busy machine.
vi.setConfig({ testTimeout: 180_000 });

const folder = temporaryFolder();
const home = join(folder.path, 'home');
const corpus = join(folder.path, 'small.db');
const at = (name: string) => join(folder.path, name);

beforeAll(() => makeCorpus(corpus, 30));
afterAll(() => folder[Symbol.dispose]());

const ask = async (path: string, sql: string): Promise<unknown> => {
  const { code, stdout, stderr } = await runCli(home, 'query', path, sql, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout);
};

test('an export opens again with equal values', async () => {
  const { code, stdout } = await runCli(home, 'export', corpus, at('all'), '--json');
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ target: at('all'), format: 'parquet' });
  const tables = ['sessions', 'timesteps', 'events', 'messages', 'rewards', 'event_payloads'];
  const sql = tables
    .map(
      (table) =>
        `SELECT '${table}' AS name, count(*) AS n, bit_xor(hash(t)) AS sum FROM (SELECT * EXCLUDE (source_id) FROM ${table}) t`,
    )
    .join(' UNION ALL ');
  expect(await ask(at('all'), sql)).toEqual(await ask(corpus, sql));
});

test('tables, sessions and format can be chosen', async () => {
  const { sessions } = JSON.parse((await runCli(home, 'sessions', corpus, '--json', '--limit', '2')).stdout);
  const ids = sessions.map((session: { sessionId: string }) => session.sessionId);
  const chosen = ['--format', 'csv', '--tables', 'sessions,events', '--sessions', ids.join(',')];
  const { code, stdout } = await runCli(home, 'export', corpus, at('two'), ...chosen, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout).tables).toMatchObject([
    { table: 'sessions', rows: 2 },
    { table: 'events', rows: 200 },
  ]);
  expect(readdirSync(at('two')).sort()).toEqual(['events.csv', 'manifest.json', 'sessions.csv']);
  expect(
    readFileSync(join(at('two'), 'sessions.csv'), 'utf8')
      .trimEnd()
      .split('\n'),
  ).toHaveLength(3);
});

test('a folder that exists is kept unless --overwrite is given', async () => {
  const first = await runCli(home, 'export', corpus, at('twice'), '--tables', 'systems');
  expect(first.code).toBe(0);
  const again = await runCli(home, 'export', corpus, at('twice'), '--tables', 'sessions');
  expect(again.code).toBe(14);
  expect(again.stderr).toMatch(/^EXPORT_TARGET_EXISTS: .+\n$/);
  expect(existsSync(join(at('twice'), 'systems.parquet'))).toBe(true);
  const replaced = await runCli(home, 'export', corpus, at('twice'), '--tables', 'sessions', '--overwrite');
  expect(replaced.code).toBe(0);
  expect(readdirSync(at('twice')).sort()).toEqual(['manifest.json', 'sessions.parquet']);
});

test('store prints its line, takes writes, and a SIGTERM ends it and its sqld', async () => {
  const child = startCli(home, ['store', '--dir', at('store'), '--port', '0', '--json']);
  const ended = untilEnd(child);
  const line = await new Promise<string>((resolve) => {
    if (child.stdout !== null) createInterface(child.stdout).once('line', resolve);
  });
  const { url, token, readOnlyToken } = JSON.parse(line);
  expect(Object.keys(JSON.parse(line))).toEqual(['url', 'token', 'readOnlyToken']);
  const client = createClient({ url, authToken: token });
  await client.execute(
    "INSERT INTO session_traces (session_id, created_at, num_timesteps, num_events, num_messages) VALUES ('cli', '2026-01-02', 0, 0, 0)",
  );
  client.close();
  const reader = createClient({ url, authToken: readOnlyToken });
  await expect(reader.execute('DELETE FROM session_traces')).rejects.toThrow();
  reader.close();
  const remote = await runCli(home, 'sessions', url, '--token', token, '--json');
  expect(JSON.parse(remote.stdout)).toMatchObject({ total: 1, sessions: [{ sessionId: 'cli' }] });
  child.kill('SIGTERM');
  expect((await ended).code).toBe(0);
  expect(processesNaming(at('store'))).toEqual([]);
  expect(await ask(at('store'), 'SELECT session_id FROM sessions')).toEqual([{ session_id: 'cli' }]);
});

test('demo writes a store that can be opened', async () => {
  const { code, stdout } = await runCli(home, 'demo', at('demo'), '--json');
  expect(code).toBe(0);
  const { sessions, directory } = JSON.parse(stdout);
  expect(directory).toBe(at('demo'));
  expect(processesNaming(at('demo'))).toEqual([]);
  expect(await ask(at('demo'), 'SELECT count(*) AS sessions FROM sessions')).toEqual([{ sessions }]);
});

test('--version and --help say what they should', async () => {
  expect((await runCli(home, '--version')).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  const { code, stdout } = await runCli(home, '--help');
  expect(code).toBe(0);
  for (const name of ['info', 'sessions', 'query', 'export', 'serve', 'store', 'demo'])
    expect(stdout).toContain(`  ${name} `);
});

/** Running processes whose command line names a folder. sqld's guard is a shell that ends a moment after sqld. */
function processesNaming(text: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter((command) => command.includes(text) && !command.startsWith('/bin/sh'));
}
