import { mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startServe } from './start-serve';
import { engineIs, openDataClient, openServe, openShellClient } from './testing';

const pidgin = join(import.meta.dirname, '../../e2e/data/pidgin');

async function openLocations(serve: Parameters<typeof openDataClient>[0]): Promise<string[]> {
  using data = await openDataClient(serve);
  for await (const state of await data.client.sources.watch())
    return state.sources.map((source) => source.spec.location).sort();
  return [];
}

test('a killed engine is back by itself, with what was open', async () => {
  await using serve = await openServe();
  await engineIs(serve, 'ready');
  {
    using data = await openDataClient(serve);
    const [opened] = await data.client.sources.open({ specs: [{ kind: 'path', path: pidgin }] });
    expect(opened).toMatchObject({ failure: null });
  }
  const before = [join(serve.folder, 'home/store'), pidgin].sort();
  await expect.poll(() => openLocations(serve)).toEqual(before);
  const { pid } = serve.application.engine;
  if (pid === undefined) throw new Error('there is no engine');
  const back = engineIs(serve, 'restarting').then(() => engineIs(serve, 'ready'));
  process.kill(pid, 'SIGKILL');
  await back;
  expect(serve.application.engine.pid).not.toBe(pid);
  await expect.poll(() => openLocations(serve)).toEqual(before);
});

test('a window that connects while the engine is ending is let go, and finds the next one', async () => {
  await using serve = await openServe();
  await engineIs(serve, 'ready');
  const { pid } = serve.application.engine;
  if (pid === undefined) throw new Error('there is no engine');
  process.kill(pid, 'SIGKILL');
  // Its memory is given back before its channel closes: until then it looks alive.
  const store = join(serve.folder, 'home/store');
  await expect.poll(() => openLocations(serve).catch(() => [])).toContain(store);
});

test('what was being opened when the engine was killed is opened again', async () => {
  await using serve = await openServe();
  await engineIs(serve, 'ready');
  const { pid } = serve.application.engine;
  if (pid === undefined) throw new Error('there is no engine');
  const back = engineIs(serve, 'restarting').then(() => engineIs(serve, 'ready'));
  {
    using data = await openDataClient(serve);
    const states = await data.client.sources.watch();
    const opened = data.client.sources.open({ specs: [{ kind: 'path', path: pidgin }] }).catch(() => []);
    for await (const { sources, opening } of states)
      if (opening.includes(pidgin) || sources.some(({ spec }) => spec.location === pidgin)) break;
    process.kill(pid, 'SIGKILL');
    await opened;
  }
  await back;
  await expect.poll(() => openLocations(serve)).toContain(pidgin);
});

test('from the third crash on what was open is only recent, but for the live store, and an engine that was given up starts again when asked', async () => {
  await using serve = await openServe();
  const { application } = serve;
  await engineIs(serve, 'ready');
  {
    using data = await openDataClient(serve);
    await data.client.sources.open({ specs: [{ kind: 'path', path: pidgin }] });
  }
  for (let crashes = 1; crashes <= 5; crashes++) {
    const { pid } = application.engine;
    if (pid === undefined) throw new Error('there is no engine');
    const gone = engineIs(serve, crashes < 5 ? 'restarting' : 'failed');
    const back = crashes < 5 ? gone.then(() => engineIs(serve, 'ready')) : gone;
    process.kill(pid, 'SIGKILL');
    await back;
    // Nothing slow in between: an engine that worked for five seconds has a clean record.
    if (crashes < 3) expect(application.engine.detail).not.toContain('recent files');
    if (crashes !== 3) continue;
    expect(application.engine.detail).toContain('recent files');
    expect(application.recent.list()).toMatchObject([{ spec: { path: pidgin }, exists: true }]);
  }
  expect(application.engine.state).toBe('failed');
  using shell = await openShellClient(serve);
  await shell.client.controlEngine({ action: 'start' });
  await engineIs(serve, 'ready');
  await expect.poll(() => openLocations(serve), { timeout: 30_000 }).toHaveLength(1);
  expect(await openLocations(serve)).not.toContain(pidgin);
});

test('a window is told at once what it shall open, and then of the engine', async () => {
  await using serve = await openServe({ specs: [{ kind: 'path', path: '/tmp/given.db' }] });
  using shell = await openShellClient(serve);
  const told: unknown[] = [];
  for await (const event of await shell.client.events()) {
    told.push(event);
    if (event.kind === 'engine') break;
  }
  expect(told).toMatchObject([{ kind: 'open', specs: [{ path: '/tmp/given.db' }] }, { kind: 'engine' }]);
});

test('a second start hands its paths to the first and learns its address', async () => {
  await using serve = await openServe();
  using shell = await openShellClient(serve);
  const events = await shell.client.events();
  await events.next();
  const second = await startServe({
    specs: [{ kind: 'path', path: '/tmp/second.db' }],
    browseRoot: '/',
    version: '0.0.0',
    demo: false,
    dataRoot: join(serve.folder, 'home'),
    rendererFolder: join(process.env.STEPSCOPE_DIST ?? '', '../renderer'),
  });
  expect(second).toMatchObject({ kind: 'running', pid: process.pid, url: serve.url });
  for await (const event of events) {
    if (event.kind !== 'open') continue;
    expect(event.specs).toEqual([{ kind: 'path', path: '/tmp/second.db' }]);
    break;
  }
});

test('the file picker stays under its root by real path', async () => {
  await using serve = await openServe();
  const root = join(serve.folder, 'root');
  mkdirSync(join(root, 'inside'), { recursive: true });
  writeFileSync(join(root, 'trace.db'), 'x');
  symlinkSync('/etc', join(root, 'way-out'));
  symlinkSync(join(root, 'inside'), join(root, 'way-in'));
  await using second = await openServe({ browseRoot: root });
  using shell = await openShellClient(second);
  const listed = await shell.client.listFolder({ path: null });
  expect(listed).toMatchObject({ path: root, parent: null, more: 0 });
  expect(listed.entries.map(({ name, kind }) => `${kind} ${name}`)).toEqual([
    'folder inside',
    'folder way-in',
    'file trace.db',
  ]);
  for (const path of ['/etc', join(root, 'way-out'), '..', '../..', serve.folder])
    await expect(shell.client.listFolder({ path })).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
  await expect(shell.client.listFolder({ path: 'missing' })).rejects.toMatchObject({
    code: 'SOURCE_NOT_FOUND',
  });
});

test('settings are kept, privately, and a change says only what it changes', async () => {
  await using serve = await openServe();
  using shell = await openShellClient(serve);
  const view = { id: 'a', name: 'Errors', search: 'q=error' };
  await shell.client.changeSettings({ savedViews: [view] });
  expect(await shell.client.changeSettings({ theme: 'dark' })).toMatchObject({
    theme: 'dark',
    density: 'comfortable',
    savedViews: [view],
  });
  expect(statSync(serve.application.folder.settings).mode & 0o777).toBe(0o600);
});

test('the store starts beside the window and can be stopped and started from it', async () => {
  await using serve = await openServe();
  using shell = await openShellClient(serve);
  const wanted = ['running', 'stopped', 'running'];
  for await (const { state, url } of await shell.client.watchStore()) {
    if (state !== wanted[0]) continue;
    wanted.shift();
    if (state === 'running') expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+/);
    if (wanted.length === 0) break;
    await shell.client.controlStore({ action: state === 'running' ? 'stop' : 'start' });
  }
  expect(wanted).toEqual([]);
});
