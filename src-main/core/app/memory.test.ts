import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { type Log, openLog } from './log';
import { openPreferences } from './preferences';
import { openRecentSources } from './recent-sources';
import { specOfArgument } from './source-specs';
import { openWorkspaceMemory } from './workspace-memory';

const folder = mkdtempSync(join(tmpdir(), 'stepscope-memory-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
function fresh(): string {
  files += 1;
  return join(folder, `file-${files}.json`);
}
const quiet: Log = () => {};
const remote = { kind: 'remote', url: 'libsql://db.example', token: 'secret-token' } as const;

test('tokens of open and recent sources stay in memory and are never in a file', () => {
  const [open, recent] = [fresh(), fresh()];
  const memory = openWorkspaceMemory(open, quiet);
  memory.remember([remote]);
  openRecentSources(recent, quiet).remember([remote]);
  expect(memory.specs).toEqual([remote]);
  expect(openWorkspaceMemory(open, quiet).specs).toEqual([{ kind: 'remote', url: remote.url }]);
  for (const path of [open, recent]) {
    expect(readFileSync(path, 'utf8')).not.toContain('secret');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  }
});

test('the first start opens the live store; a workspace that was emptied stays empty', () => {
  const path = fresh();
  expect(openWorkspaceMemory(path, quiet).specs).toEqual([{ kind: 'live' }]);
  openWorkspaceMemory(path, quiet).remember([]);
  expect(openWorkspaceMemory(path, quiet).specs).toEqual([]);
});

test.each(['', '{"theme":', '[]', '{"theme":"pink"}'])(
  'settings that read %j are set aside for defaults',
  (text) => {
    const path = fresh();
    writeFileSync(path, text);
    const told: string[] = [];
    const preferences = openPreferences(path, (event) => told.push(event));
    expect(preferences.current).toEqual({
      theme: 'system',
      density: 'comfortable',
      savedViews: [],
      hasDemo: false,
    });
    expect(told).toEqual(['file.damaged']);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe(text);
  },
);

test('unknown settings are dropped, and no draft is left beside the file', () => {
  const path = fresh();
  writeFileSync(path, '{"theme":"dark","future":1}');
  openPreferences(path, quiet).change({ sidebarWidth: 240 });
  expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual({
    theme: 'dark',
    density: 'comfortable',
    savedViews: [],
    hasDemo: false,
    sidebarWidth: 240,
  });
  expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
});

test('recent sources are newest first, each once, twenty at most, and say whether they are still there', () => {
  const path = fresh();
  const recent = openRecentSources(path, quiet);
  recent.remember([{ kind: 'live' }]);
  for (let index = 0; index < 25; index++) recent.remember([{ kind: 'path', path: `/nowhere/${index}.db` }]);
  recent.remember([
    { kind: 'path', path: folder },
    { kind: 'path', path: '/nowhere/20.db' },
  ]);
  const items = openRecentSources(path, quiet).list();
  expect(items).toHaveLength(20);
  expect(items.slice(0, 3)).toMatchObject([
    { spec: { path: folder }, exists: true },
    { label: '20.db', exists: false },
    { label: '24.db' },
  ]);
  recent.clear();
  expect(recent.list()).toEqual([]);
});

test('an argument is a URL or a path below the working folder', () => {
  expect(specOfArgument('libsql://db.example', '/work')).toEqual({
    kind: 'remote',
    url: 'libsql://db.example',
  });
  expect(specOfArgument('runs/a.db', '/work')).toEqual({ kind: 'path', path: '/work/runs/a.db' });
  expect(specOfArgument('/abs/a.db', '/work')).toEqual({ kind: 'path', path: '/abs/a.db' });
});

test('the log is one JSON object a line and keeps three older megabytes', () => {
  const path = join(folder, 'logs/main.log');
  const log = openLog(path);
  const text = 'x'.repeat(400_000);
  for (let index = 0; index < 12; index++) log('grown', { index, text });
  expect(JSON.parse(readFileSync(path, 'utf8').trim().split('\n').at(-1) ?? '')).toMatchObject({
    event: 'grown',
    index: 11,
    pid: process.pid,
  });
  expect(readdirSync(join(folder, 'logs')).sort()).toEqual([
    'main.log',
    'main.log.1',
    'main.log.2',
    'main.log.3',
  ]);
  expect(existsSync(`${path}.4`)).toBe(false);
});
