import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { dataSocketPath, socketProtocols } from '../contract';
import { makeFolder } from './testing';

interface RunningCli extends Disposable {
  readonly child: ChildProcess;
  readonly line: { readonly url: string; readonly pid?: number };
}

/** `stepscope serve --json` as a user starts it, from the build. */
async function startCli(home: string): Promise<RunningCli> {
  const cli = join(process.env.STEPSCOPE_DIST ?? '', 'cli.js');
  const child = spawn(process.execPath, [cli, 'serve', '--no-open', '--json'], {
    env: { ...process.env, STEPSCOPE_HOME: home, STEPSCOPE_DEMO: '0', SQLD_HTTP_PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return { child, line: JSON.parse(line), [Symbol.dispose]: () => void child.kill('SIGKILL') };
}

async function openPage(url: string): Promise<WebSocket> {
  const { host, hash } = new URL(url);
  const socket = new WebSocket(
    `ws://${host}${dataSocketPath}`,
    socketProtocols(hash.slice('#token='.length)),
    {
      headers: { origin: `http://${host}` },
    },
  );
  await once(socket, 'open');
  return socket;
}

/** The processes below one: engine, store, and the store's sqld with its guard. */
function descendants(pid: number): number[] {
  const table = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((row) => row.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    table.flatMap(([child, its]) => (its === parent && child !== undefined ? [child, ...below(child)] : []));
  return below(pid);
}

/** Also true of what has ended and waits to be collected by the system. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('no child outlives a main process that is killed', async () => {
  using folder = makeFolder();
  using cli = await startCli(folder.path);
  (await openPage(cli.line.url)).on('error', () => {});
  const { pid } = cli.child;
  if (pid === undefined) throw new Error('it did not start');
  const wanted = expect.poll(() => descendants(pid).length, { timeout: 15_000 });
  await wanted.toBeGreaterThanOrEqual(4);
  const below = descendants(pid);
  cli.child.kill('SIGKILL');
  await expect.poll(() => below.filter(isAlive), { timeout: 15_000 }).toEqual([]);
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  '%s ends it in order, with a page open',
  async (signal) => {
    using folder = makeFolder();
    using cli = await startCli(folder.path);
    const page = await openPage(cli.line.url);
    const ended = once(cli.child, 'exit');
    const closed = once(page, 'close');
    const below = descendants(cli.child.pid ?? 0);
    cli.child.kill(signal);
    expect(await ended).toEqual([0, null]);
    await closed;
    // sqld's guard looks a last time that it is gone.
    await expect.poll(() => below.filter(isAlive), { timeout: 15_000 }).toEqual([]);
    expect(existsSync(join(folder.path, 'instance.sock'))).toBe(false);
  },
);

test('a second start prints the address of the first and ends', async () => {
  using folder = makeFolder();
  using first = await startCli(folder.path);
  using second = await startCli(folder.path);
  expect(second.line).toMatchObject({ url: first.line.url, pid: first.child.pid });
  expect(await once(second.child, 'exit')).toEqual([0, null]);
});

test('the socket of an instance that was killed does not keep the next one out', async () => {
  using folder = makeFolder();
  using first = await startCli(folder.path);
  const ended = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await ended;
  using second = await startCli(folder.path);
  expect(second.line.url).not.toBe(first.line.url);
  expect(second.line.pid).toBeUndefined();
});
