import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { watch } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { entryPath } from '../../runtime';
import {
  dialectB,
  makeSqlite,
  openAndRead,
  openTestWorkspace,
  patience,
  rowsOf,
  temporaryFolder,
} from './fixture';

const EVENTS = 150_000;

/** Enough rows for many chunks. */
function makeLarge(folder: string): string {
  const file = join(folder, 'large.db');
  const count = (n: number) =>
    `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${n})`;
  makeSqlite(file, [
    'PRAGMA synchronous = OFF',
    ...dialectB,
    `${count(100)} INSERT INTO session_traces(session_id) SELECT 's' || i FROM c`,
    `${count(EVENTS)} INSERT INTO events(session_id, event_type, cost_usd, metadata)
      SELECT 's' || (1 + i % 100), 'cais', 1, '{"n":' || i || '}' FROM c`,
  ]).close();
  return file;
}

const counts =
  'SELECT count(*) AS events, count(DISTINCT event_key) AS keys, sum(cost_usd) AS cost FROM events';
const whole = { events: String(EVENTS), keys: String(EVENTS), cost: expect.closeTo(EVENTS / 100, 3) };
const workFiles = async (folder: string) =>
  (await readdir(join(folder, 'cache/work'))).filter((name) => !name.includes('spill'));

function runCli(folder: string, file: string): ChildProcess {
  return spawn(process.execPath, [entryPath('cli'), 'query', file, counts, '--json'], {
    env: { ...process.env, STEPSCOPE_HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

/** Resolves when this many names have appeared in the folder for temporary files. */
async function appeared(folder: string, pattern: RegExp, many: number): Promise<string[]> {
  const names = new Set<string>();
  const watcher = watch(join(folder, 'cache/work'));
  await new Promise<void>((resolve) => {
    watcher.on('change', (_event, name) => {
      if (pattern.test(String(name))) names.add(String(name));
      if (names.size >= many) resolve();
    });
  });
  watcher.close();
  return [...names];
}

test('closing a source in the middle of its reading leaves no temporary file, and reading goes on from there', async () => {
  await using folder = await temporaryFolder();
  const file = makeLarge(folder.path);
  {
    await using workspace = await openTestWorkspace(folder.path);
    const reading = new Promise<void>((resolve) => {
      workspace.onChange(() => {
        if (workspace.state().sources[0]?.rows.events !== undefined) resolve();
      });
    });
    const [opened] = await workspace.open([{ kind: 'path', path: file }], patience());
    await reading;
    await workspace.close(opened?.sourceIds[0] ?? '');
    expect(await workFiles(folder.path)).toEqual([]);
  }
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  expect(await rowsOf(workspace, counts)).toEqual([whole]);
});

test('a process that is killed in the middle of mirroring leaves a mirror that the next one brings to its end', async () => {
  await using folder = await temporaryFolder();
  const file = makeLarge(folder.path);
  await mkdir(join(folder.path, 'cache/work'), { recursive: true });
  const chunks = appeared(folder.path, /^chunk-/, 4);
  const child = runCli(folder.path, file);
  const ended = once(child, 'exit');
  await chunks;
  child.kill('SIGKILL');
  expect(await ended).toEqual([null, 'SIGKILL']);
  await using workspace = await openTestWorkspace(folder.path);
  expect(await workFiles(folder.path)).toEqual([]);
  await openAndRead(workspace, file);
  expect(workspace.state().sources[0]).toMatchObject({ reused: false, state: 'ready', sessions: 100 });
  expect(await rowsOf(workspace, counts)).toEqual([whole]);
  expect(await rowsOf(workspace, 'SELECT sum(events) AS n FROM session_stats')).toEqual([
    { n: String(EVENTS) },
  ]);
});

test('a second process on the same cache reads into a mirror of its own, which goes with it', async () => {
  await using folder = await temporaryFolder();
  const file = makeLarge(folder.path);
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  const own = appeared(folder.path, /^private-/, 1);
  const child = runCli(folder.path, file);
  let printed = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const [code] = await once(child, 'exit');
  expect(code).toBe(0);
  expect((await own)[0]).toContain(`private-${child.pid}-`);
  expect(printed).toContain(String(EVENTS));
  expect(await workFiles(folder.path)).toEqual([]);
  expect(await rowsOf(workspace, counts)).toEqual([whole]);
});
