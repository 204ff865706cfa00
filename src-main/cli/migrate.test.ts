import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createClient } from '@libsql/client';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { digestOf, dump, openFile } from '../../db/migrate/testing';
import { makeTracingV2 } from '../../db/testing/tracing-v2/make-tracing-v2';
import { runCli, startCli, temporaryFolder, untilEnd } from './testing';

// Each command is a process that loads DuckDB: seconds on a busy machine.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });

const folder = temporaryFolder();
const home = join(folder.path, 'home');
const at = (name: string) => join(folder.path, name);
const source = at('v2.duckdb');
const small = at('small.duckdb');

beforeAll(async () => {
  await makeTracingV2(source, { sessions: 150 });
  await makeTracingV2(small, { isPlain: true, sessions: 3 });
});
afterAll(() => folder[Symbol.dispose]());

const migrate = (...parameters: string[]) => runCli(home, 'migrate', ...parameters);

/** Kills the command the moment it says that it is in a phase for the n-th time. Gives what it had said by then. */
async function killAt(phase: string, times: number, parameters: readonly string[]): Promise<void> {
  const child = startCli(home, ['migrate', ...parameters, '--progress']);
  const lines = child.stderr === null ? null : createInterface(child.stderr);
  let left = times;
  lines?.on('line', (line) => {
    if (line.includes(phase)) left -= 1;
    if (left === 0) child.kill('SIGKILL');
  });
  const { code } = await untilEnd(child);
  expect(code).toBeNull();
}

async function contentOf(path: string): Promise<Record<string, string[]>> {
  using client = openFile(path);
  return await dump(client);
}

test('killed at any point it goes on where it stopped, with the same rows as if it had not been killed', async () => {
  const whole = await migrate(source, '--to', at('whole.db'), '--json');
  expect({ code: whole.code, stderr: whole.stderr }).toEqual({ code: 0, stderr: '' });
  const wanted = await contentOf(at('whole.db'));
  const target = at('killed.db');
  for (const [phase, times] of [
    ['Writing session_traces', 1],
    ['Writing events', 3],
    ['Verifying events', 1],
  ] as const) {
    await killAt(phase, times, [source, '--to', target]);
    expect(existsSync(target)).toBe(false);
  }
  const { code, stdout } = await migrate(source, '--to', target, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ state: 'done', isVerified: true });
  expect(await contentOf(target)).toEqual(wanted);
  expect(readdirSync(folder.path).filter((name) => name.includes('partial'))).toEqual([]);
});

test('killed while it writes into a file of others, that file is whole, and a rollback of the rest brings it back', async () => {
  const target = at('others.db');
  expect((await migrate(small, '--to', target)).code).toBe(0);
  const before = { digest: digestOf(target), rows: await contentOf(target) };
  for (const [phase, times] of [
    ['Backing up', 1],
    ['Writing events', 2],
  ] as const) {
    await killAt(phase, times, [source, '--to', target]);
  }
  const run = readdirSync(`${target}.migrations`).find((name) =>
    existsSync(join(`${target}.migrations`, name, 'backup')),
  );
  expect(run).toBeDefined();
  const other = await migrate(at('v2.duckdb'), '--to', target, '--zone', 'Europe/Berlin');
  expect(other).toMatchObject({ code: 8, stderr: expect.stringMatching(/^LOCKED: .*unfinished migration/) });
  const back = await migrate('--to', target, '--rollback', 'last', '--json');
  expect({ code: back.code, way: JSON.parse(back.stdout).way }).toEqual({ code: 0, way: 'rows' });
  expect(await contentOf(target)).toEqual(before.rows);

  expect((await migrate(source, '--to', target)).code).toBe(0);
  expect((await migrate('--to', target, '--rollback', 'last')).stdout).toContain('byte for byte');
  expect(await contentOf(target)).toEqual(before.rows);
});

test('into the live store, whoever runs it: killed and gone on, listed, exported back, rolled back', async () => {
  const store = startCli(home, ['store', '--port', '0', '--json']);
  const ended = untilEnd(store);
  const line = await new Promise<string>((resolve) => {
    if (store.stdout !== null) createInterface(store.stdout).once('line', resolve);
  });
  const { url, token } = JSON.parse(line);
  const client = createClient({ url, authToken: token });
  const before = await dump(client);
  await killAt('Writing events', 3, [source, '--to', 'live']);
  const { code, stdout } = await migrate(source, '--to', 'live', '--json');
  expect(code).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ state: 'done', isVerified: true, target: { kind: 'store' } });
  expect(readFileSync(join(home, 'migrations', report.runId, 'report.md'), 'utf8')).toContain('found equal');
  expect((await migrate('--to', url, '--token', token, '--rollback', report.runId)).code).toBe(0);
  expect(await dump(client)).toEqual(before);
  client.close();
  store.kill('SIGTERM');
  await ended;

  // Nobody runs it now: the command does.
  expect((await migrate(small, '--to', 'live', '--dry-run')).stdout).toContain('Nothing was written');
  expect((await migrate(small, '--to', 'live')).code).toBe(0);
});

test('the layout of tracing v2 is exported and migrated again to the same rows', async () => {
  expect((await migrate(source, '--to', at('first.db'))).code).toBe(0);
  const exported = await runCli(
    home,
    'export',
    at('first.db'),
    at('back'),
    '--layout',
    'tracing-v2',
    '--json',
  );
  expect(exported.code).toBe(0);
  expect(JSON.parse(exported.stdout)).toMatchObject({
    format: 'parquet',
    tables: [{ table: 'session_traces', rows: 158 }, {}, {}, {}],
  });
  expect((await migrate(at('back'), '--to', at('second.db'))).code).toBe(0);
  const [first, second] = [await contentOf(at('first.db')), await contentOf(at('second.db'))];
  for (const table of ['session_traces', 'session_timesteps', 'events', 'messages'])
    expect(second[table]).toEqual(first[table]);
  const again = await runCli(home, 'export', at('first.db'), at('back'), '--layout', 'tracing-v2');
  expect(again.code).toBe(14);
  const over = await runCli(
    home,
    'export',
    at('first.db'),
    at('back'),
    '--layout',
    'tracing-v2',
    '--overwrite',
  );
  expect(over.code).toBe(0);
});

test('the command line is checked, failures are one line with their code', async () => {
  expect(await migrate(source)).toMatchObject({ code: 2, stderr: expect.stringMatching(/^USAGE: .*--to/) });
  expect(await migrate('--to', at('x.db'))).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/^USAGE: SRC/),
  });
  expect(await migrate(at('none'), '--to', at('x.db'))).toMatchObject({
    code: 3,
    stderr: expect.stringMatching(/^SOURCE_NOT_FOUND: /),
  });
  expect(await migrate(source, '--to', folder.path)).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(/^FORMAT_UNKNOWN: /),
  });
  const layout = await runCli(home, 'export', small, at('y'), '--layout', 'tracing-v2', '--format', 'csv');
  expect(layout).toMatchObject({ code: 2, stderr: expect.stringMatching(/^USAGE: /) });
});
