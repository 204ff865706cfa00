import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../../store/testing';
import { SessionTracer, type TracerOptions } from '../session-tracer';
import { startTestStore, type TestStore } from '../testing';

// On a machine that is busy with other things a store answers late.
vi.setConfig({ testTimeout: 180_000 });

/** Tests do not wait for a store of which they know that it is away. */
const quick = { patienceMs: 0 };

async function openTracer(
  store: Pick<TestStore, 'url' | 'token' | 'spoolDir'>,
  options: Partial<TracerOptions> = {},
) {
  const errors: string[] = [];
  const { url, token, spoolDir } = store;
  const onError = (error: Error) => errors.push(error.message);
  const tracer = await SessionTracer.open({ url, token, spoolDir, onError, ...quick, ...options });
  return { tracer, errors };
}

const nowhere = { url: 'http://127.0.0.1:9', token: null };

/** In the order in which the store got them. */
async function contents(store: TestStore): Promise<unknown[]> {
  return (await store.rows('SELECT content FROM messages ORDER BY id')).map(({ content }) => content);
}

const numbered = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => `message ${from + index}`);

test('a store that is away at the beginning stops nothing: rows wait on the disk and come in order when it is there', async () => {
  await using store = await startTestStore();
  await store.stop();
  const { tracer, errors } = await openTracer(store, { batchSize: 10 });
  const session = tracer.session({ id: 'one' });
  for (const content of numbered(0, 50)) session.recordMessage({ role: 'user', content });
  expect(await tracer.flush()).toBe(false);
  expect(tracer.figures).toMatchObject({ store: 'away', bufferedRows: 0, sentRows: 0, droppedRows: 0 });
  expect(tracer.figures.spooledRows).toBeGreaterThanOrEqual(51);
  for (const content of numbered(50, 80)) session.recordMessage({ role: 'user', content });
  expect(await tracer.flush()).toBe(false);
  expect(errors).toEqual([
    expect.stringMatching(/^The store is away \(.+\); what is recorded waits in .+\.$/),
  ]);
  await store.start();
  session.end();
  expect(await tracer.flush()).toBe(true);
  expect(await contents(store)).toEqual(numbered(0, 80));
  expect(await store.rows('SELECT num_messages FROM session_traces')).toEqual([{ num_messages: 80 }]);
  expect(tracer.figures).toMatchObject({ store: 'reachable', spooledRows: 0, spooledBytes: 0 });
  await tracer.close();
});

test('a store that is killed in the middle loses nothing that was recorded, and gets nothing twice', async () => {
  await using store = await startTestStore();
  const { tracer } = await openTracer(store, { batchSize: 20 });
  const session = tracer.session({ id: 'one' });
  for (const content of numbered(0, 100)) session.recordMessage({ role: 'user', content });
  expect(await tracer.flush()).toBe(true);
  for (const content of numbered(100, 200)) session.recordMessage({ role: 'user', content });
  // On their way while sqld is killed.
  const flushing = tracer.flush();
  process.kill(store.pid(), 'SIGKILL');
  await store.stop();
  await flushing;
  for (const content of numbered(200, 300)) session.recordMessage({ role: 'user', content });
  expect(await tracer.flush()).toBe(false);
  await store.start();
  expect(await tracer.flush()).toBe(true);
  await tracer.close();
  expect(await contents(store)).toEqual(numbered(0, 300));
});

test('closing while the store is away leaves the rows to the next tracer, which delivers them before its own', async () => {
  await using store = await startTestStore();
  await store.stop();
  for (const part of [0, 1]) {
    await using opened = (await openTracer(store)).tracer;
    const session = opened.session({ id: 'one' });
    for (const content of numbered(part * 10, part * 10 + 10))
      session.recordMessage({ role: 'user', content });
  }
  await store.start();
  // Each file is taken by one of them.
  const tracers = await Promise.all([openTracer(store), openTracer(store)]);
  for (const { tracer } of tracers) expect(await tracer.flush()).toBe(true);
  const last = tracers[0]?.tracer.session({ id: 'one' });
  last?.recordMessage({ role: 'user', content: 'message 20' });
  for (const { tracer, errors } of tracers) {
    await tracer.close();
    expect(errors).toEqual([]);
  }
  expect((await contents(store)).sort()).toEqual(numbered(0, 21).sort());
});

test('memory is bounded in bytes: beyond it the oldest rows move to the disk, in order', async () => {
  await using store = await startTestStore();
  const { tracer, errors } = await openTracer(store, { maxBufferedBytes: 64 * 1024 });
  const session = tracer.session({ id: 'one' });
  const text = 'x'.repeat(1_000);
  // In one go: nothing can be sent meanwhile.
  for (let count = 0; count < 500; count++) {
    session.recordMessage({ role: 'user', content: `${text} ${count}` });
    expect(tracer.figures.bufferedBytes).toBeLessThanOrEqual(64 * 1024);
  }
  expect(tracer.figures.spooledRows).toBeGreaterThan(400);
  expect(await tracer.flush()).toBe(true);
  await tracer.close();
  expect(errors).toEqual([]);
  expect(await contents(store)).toEqual(Array.from({ length: 500 }, (_, count) => `${text} ${count}`));
});

test('without a spool the newest rows are lost when memory is full, and that is counted and said once', async () => {
  await using store = await startTestStore();
  await store.stop();
  const { tracer, errors } = await openTracer(store, { spoolDir: null, maxBufferedBytes: 32 * 1024 });
  const session = tracer.session({ id: 'one' });
  for (const content of numbered(0, 1_000)) session.recordMessage({ role: 'user', content });
  const { droppedRows } = tracer.figures;
  expect(droppedRows).toBeGreaterThan(0);
  expect(errors.filter((each) => each.startsWith('Rows are lost'))).toHaveLength(1);
  await store.start();
  expect(await tracer.flush()).toBe(true);
  expect(await contents(store)).toEqual(numbered(0, 1_000 - droppedRows));
  await tracer.close();
});

test('a spool that cannot be written is said once; rows stay in memory as long as they fit', async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, 'file'), '');
  await using store = await startTestStore();
  await store.stop();
  const spoolDir = join(folder.path, 'file', 'below');
  const { tracer, errors } = await openTracer({ ...store, spoolDir });
  tracer.session({ id: 'one' }).recordMessage({ role: 'user', content: 'kept' });
  for (const _ of [1, 2, 3]) expect(await tracer.flush()).toBe(false);
  expect(tracer.figures).toMatchObject({ spooledRows: 0, droppedRows: 0 });
  expect(errors.filter((each) => each.includes('cannot be written'))).toHaveLength(1);
  await store.start();
  expect(await tracer.flush()).toBe(true);
  expect(await contents(store)).toEqual(['kept']);
  await tracer.close();
});

test('a row that the store refuses is the only one lost', async () => {
  await using store = await startTestStore();
  const { tracer, errors } = await openTracer(store);
  const session = tracer.session({ id: 'one' });
  session.recordMessage({ role: 'user', content: 'before' });
  // What a program without types may say.
  session.recordMessage(JSON.parse('{"role": "nobody", "content": "refused"}'));
  session.recordMessage({ role: 'user', content: 'after' });
  await tracer.close();
  expect(await contents(store)).toEqual(['before', 'after']);
  expect(tracer.figures.droppedRows).toBe(1);
  expect(errors).toEqual([expect.stringMatching(/^The store refuses a row: .*CHECK/)]);
});

test('a token that may not write is said, and what was recorded waits for a better one', async () => {
  await using store = await startTestStore();
  const wrong = await openTracer({ ...store, token: 'nonsense' });
  wrong.tracer.session({ id: 'one' }).recordMessage({ role: 'user', content: 'kept' });
  expect(await wrong.tracer.flush()).toBe(false);
  expect(wrong.errors).toEqual([expect.stringMatching(/token/)]);
  await wrong.tracer.close();
  const { tracer } = await openTracer(store);
  expect(await tracer.flush()).toBe(true);
  expect(await contents(store)).toEqual(['kept']);
  await tracer.close();
});

test('a store that never answers is waited for only so long, and closing leaves the rows in the spool', async () => {
  using folder = temporaryFolder();
  const silent = createServer();
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const address = silent.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const target = { url: `http://127.0.0.1:${port}`, token: null, spoolDir: folder.path };
  const { tracer, errors } = await openTracer(target, { answerTimeoutMs: 50 });
  tracer.session({ id: 'one' });
  expect(await tracer.flush()).toBe(false);
  expect(errors).toEqual([expect.stringContaining('it does not answer')]);
  expect(tracer.figures).toMatchObject({ store: 'away', spooledRows: 1 });
  await tracer.close();
  const slow = await openTracer(target, { closeTimeoutMs: 10 });
  await slow.tracer.close();
  const next = await openTracer(target, { answerTimeoutMs: 50 });
  expect(next.tracer.figures.spooledRows).toBe(1);
  await next.tracer.close();
  silent.close();
});

test('a store that says that it is busy is asked again, and is not away', async () => {
  await using store = await startTestStore();
  const { port } = new URL(store.url);
  let refusals = 0;
  // Passes everything on, but refuses the first pipelines as the gate refuses one that waited too long.
  const busy = createHttpServer((incoming, outgoing) => {
    if (incoming.method === 'POST' && refusals < 5) {
      refusals += 1;
      outgoing.writeHead(503, { 'content-type': 'application/json' });
      outgoing.end(
        JSON.stringify({ code: 'STORE_BUSY', message: 'The request waited 20000 ms for its turn.' }),
      );
      return;
    }
    const { method, url, headers } = incoming;
    const onward = request({ port, method, path: url, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
  const address = busy.address();
  const at = typeof address === 'object' && address !== null ? address.port : 0;
  const { tracer, errors } = await openTracer({ ...store, url: `http://127.0.0.1:${at}` });
  tracer.session({ id: 'one' }).recordMessage({ role: 'user', content: 'taken late' });
  expect(await tracer.flush()).toBe(true);
  expect(refusals).toBe(5);
  expect(errors).toEqual([]);
  expect(await contents(store)).toEqual(['taken late']);
  await tracer.close();
  busy.closeAllConnections();
  await new Promise((resolve) => busy.close(resolve));
});

test('nothing that a program does wrong is thrown into it, unless it asked for that', async () => {
  using folder = temporaryFolder();
  const away = { ...nowhere, spoolDir: folder.path };
  const { tracer, errors } = await openTracer(away, { spoolDir: null });
  const badDate = new Date(Number.NaN);
  tracer.recordEvent({ type: 'cais', model: 'm' });
  tracer.endSession({ sessionId: 'unknown' });
  tracer.endTimestep();
  const session = tracer.startSession({ id: 'one' });
  session.recordEvent({ type: 'environment', at: badDate });
  session.recordEvent(JSON.parse('null'));
  const cycle: Record<string, unknown> = { big: 1n };
  cycle.itself = cycle;
  session.recordEvent({ type: 'environment', stateAfter: cycle, reward: Number.NaN });
  session.end();
  session.recordMessage({ role: 'user', content: 'too late' });
  await tracer.close();
  tracer.startSession();
  expect(errors).toEqual([
    'recordEvent needs a current session, and there is none here.',
    'There is no open session unknown to end.',
    'There is no current timestep to end.',
    'Invalid time value',
    expect.stringMatching(/^Cannot read properties of null/),
    'Session one has ended; a message was not recorded in it.',
    expect.stringMatching(/^The store is away/),
    expect.stringMatching(/^Rows are lost/),
    'The tracer is closed; what was recorded afterwards is not kept.',
  ]);
  const strict = await openTracer(away, { strict: true });
  expect(() => strict.tracer.endTimestep()).toThrow('There is no current timestep');
  await strict.tracer.close();
  const failing = await openTracer(away, {
    onError: () => {
      throw new Error('a handler that fails');
    },
  });
  failing.tracer.endTimestep();
  await failing.tracer.close();
});
