import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { ChildHandle } from './child-handle';
import {
  type ChildState,
  crashesBeforeGivingUp,
  type SupervisedChild,
  superviseChild,
} from './supervised-child';

const folder = mkdtempSync(join(tmpdir(), 'stepscope-child-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function program(name: string, text: string): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(path, text);
  return path;
}

const obedient = program(
  'obedient',
  `process.on('message', (m) => m.type === 'shutdown' ? process.exit(0) : process.send({ told: m }));
   process.on('disconnect', () => process.exit(0));`,
);
const broken = program('broken', 'process.exit(7)');
const stubborn = program('stubborn', `process.on('message', () => {}); process.send('up')`);

function forked(path: string): ChildHandle<never> {
  const child = fork(path, [], { stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: [] });
  return {
    pid: child.pid,
    send: (message) => void child.send(message, undefined, {}, () => {}),
    onMessage: (listener) => void child.on('message', listener),
    onExit: (listener) => void child.once('exit', (code, signal) => listener({ code, signal })),
    kill: () => void child.kill('SIGKILL'),
  };
}

interface Watched {
  readonly child: SupervisedChild<never>;
  readonly states: ChildState[];
  readonly messages: unknown[];
  readonly starts: number[];
}

function watch(path: string, goodRunMs?: number): Watched {
  const states: ChildState[] = [];
  const messages: unknown[] = [];
  const starts: number[] = [];
  const child = superviseChild<never>({
    name: 'child',
    fork: () => forked(path),
    log: () => {},
    onStart: (handle, crashes) => {
      starts.push(crashes);
      handle.send({ hello: crashes });
    },
    onMessage: (message) => {
      messages.push(message);
      if (goodRunMs !== undefined) child.markReady();
    },
    onState: (state) => states.push(state),
    ...(goodRunMs === undefined ? {} : { goodRunMs }),
  });
  return { child, states, messages, starts };
}

test('a child that is killed is started again at once and told what it needs', async () => {
  const { child, states, messages, starts } = watch(obedient);
  child.start();
  await expect.poll(() => messages.length).toBe(1);
  const first = child.pid;
  process.kill(first ?? 0, 'SIGKILL');
  await expect.poll(() => messages).toEqual([{ told: { hello: 0 } }, { told: { hello: 1 } }]);
  expect(child.pid).not.toBe(first);
  expect(starts).toEqual([0, 1]);
  await child.stop({ type: 'shutdown' });
  expect(states).toEqual(['starting', 'restarting', 'stopped']);
  expect(child.send({})).toBe(false);
});

test('a child that keeps ending is given up, and can be started by hand with a clean record', async () => {
  const { child, states, starts } = watch(broken);
  child.start();
  await expect.poll(() => child.state, { timeout: 15_000 }).toBe('failed');
  expect(starts).toHaveLength(crashesBeforeGivingUp);
  expect(states.filter((state) => state === 'restarting')).toHaveLength(crashesBeforeGivingUp - 1);
  child.start();
  expect(starts.at(-1)).toBe(0);
  await child.stop({ type: 'shutdown' });
});

test('a child that has worked is started again at once, however often it is killed', async () => {
  const { child, states, messages, starts } = watch(obedient, 0);
  child.start();
  for (let kills = 1; kills <= crashesBeforeGivingUp + 1; kills += 1) {
    await expect.poll(() => messages.length, { timeout: 15_000 }).toBe(kills);
    process.kill(child.pid ?? 0, 'SIGKILL');
  }
  await expect.poll(() => messages.length, { timeout: 15_000 }).toBe(crashesBeforeGivingUp + 2);
  expect(starts.slice(1).every((crashes) => crashes === 1)).toBe(true);
  expect(states).not.toContain('failed');
  await child.stop({ type: 'shutdown' });
});

test('a child that does not listen is ended all the same', async () => {
  const { child, messages } = watch(stubborn);
  child.start();
  await expect.poll(() => messages).toEqual(['up']);
  const { pid } = child;
  await child.stop({ type: 'shutdown' });
  expect(child.state).toBe('stopped');
  expect(() => process.kill(pid ?? 0, 0)).toThrow();
});

test('stopping between a crash and the restart leaves nothing running', async () => {
  const { child, starts } = watch(broken);
  child.start();
  await expect.poll(() => starts.length).toBe(2);
  await expect.poll(() => child.state).toBe('restarting');
  await child.stop({ type: 'shutdown' });
  expect(child.state).toBe('stopped');
  expect(child.pid).toBeUndefined();
});
