import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test, vi } from 'vitest';
import { temporaryFolder } from '../store/testing';
import { makeTracingV2 } from '../testing/tracing-v2/make-tracing-v2';
import { migrateV2, planMigration, runInThread } from './index';
import { digestOf, dump, openFile, quietly } from './testing';

// Seconds on a quiet machine; each migration reads, writes and reads again.
vi.setConfig({ testTimeout: 180_000 });

/** A file system of its own, where root may mount one. */
function smallDisk(path: string, size: string): (Disposable & { grow(size: string): void }) | null {
  mkdirSync(path);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path]).status !== 0) return null;
  return {
    grow: (more) => void spawnSync('mount', ['-o', `remount,size=${more}`, path]),
    [Symbol.dispose]: () => void spawnSync('umount', ['-l', path]),
  };
}

test('a full disk is told, and with more room it goes on', async (context) => {
  using folder = temporaryFolder();
  const source = join(folder.path, 'v2.duckdb');
  await makeTracingV2(source, { sessions: 200 });
  using disk = smallDisk(join(folder.path, 'disk'), '900k');
  if (disk === null) return context.skip('only root may mount a small file system');
  const target = { kind: 'file', path: join(folder.path, 'disk', 'v3.db') } as const;
  const request = { source, target, reportFolder: folder.path };
  await expect(migrateV2(request, quietly())).rejects.toMatchObject({ code: 'DISK_FULL' });
  expect(existsSync(target.path)).toBe(false);
  disk.grow('64m');
  expect(await migrateV2(request, quietly())).toMatchObject({ state: 'done', isVerified: true });
  expect(readdirSync(join(folder.path, 'disk')).sort()).toEqual(['v3.db', 'v3.db.migrations']);
});

test('rows that lie only in the WAL of the source are migrated, and neither file changes', async () => {
  using folder = temporaryFolder();
  const made = join(folder.path, 'made.duckdb');
  await makeTracingV2(made, { isPlain: true, sessions: 3 });
  const source = join(folder.path, 'v2.duckdb');
  const instance = await DuckDBInstance.create(made);
  const connection = await instance.connect();
  await connection.run(
    "INSERT INTO session_traces VALUES ('late', TIMESTAMP '2025-09-01', 0, 0, 0, '[]', NULL)",
  );
  for (const end of ['', '.wal']) copyFileSync(`${made}${end}`, `${source}${end}`);
  connection.closeSync();
  instance.closeSync();
  expect(statSync(`${source}.wal`).size).toBeGreaterThan(0);
  const before = [digestOf(source), digestOf(`${source}.wal`)];
  const target = { kind: 'file', path: join(folder.path, 'v3.db') } as const;
  const report = await migrateV2({ source, target, reportFolder: folder.path }, quietly());
  expect(report.tables.find(({ table }) => table === 'session_traces')).toMatchObject({
    written: 4,
    found: 4,
  });
  expect([digestOf(source), digestOf(`${source}.wal`)]).toEqual(before);
});

test('a target in WAL mode with rows only in its WAL is backed up with it and comes back with it', async () => {
  using folder = temporaryFolder();
  const source = join(folder.path, 'v2.duckdb');
  const first = join(folder.path, 'first.duckdb');
  await makeTracingV2(source);
  await makeTracingV2(first, { isPlain: true, sessions: 2 });
  const live = join(folder.path, 'live.db');
  await migrateV2(
    { source: first, target: { kind: 'file', path: live }, reportFolder: folder.path },
    quietly(),
  );
  const path = join(folder.path, 'v3.db');
  {
    using writer = openFile(live);
    await writer.execute('PRAGMA journal_mode = wal');
    await writer.execute(
      'UPDATE session_traces SET metadata = \'{"in": "the WAL"}\' WHERE session_id = \'many-000000\'',
    );
    // As it lies when its writer was killed.
    for (const end of ['', '-wal']) copyFileSync(`${live}${end}`, `${path}${end}`);
  }
  const before = [digestOf(path), digestOf(`${path}-wal`)];
  const request = { source, target: { kind: 'file', path } as const, reportFolder: folder.path };
  await planMigration(request, quietly());
  expect([digestOf(path), digestOf(`${path}-wal`)]).toEqual(before);
  await runInThread({ kind: 'migrate', request }, quietly());
  const { target, reportFolder } = request;
  const taken = await runInThread(
    { kind: 'rollback', request: { target, run: 'last', reportFolder } },
    quietly(),
  );
  expect(taken).toMatchObject({ way: 'backup' });
  expect([digestOf(path), digestOf(`${path}-wal`)]).toEqual(before);
  using client = openFile(path);
  expect((await dump(client)).session_traces?.join()).toContain('the WAL');
});

test('of two migrations of the same ids at once one is told to wait, and finds them there afterwards', async () => {
  using folder = temporaryFolder();
  const sources = [join(folder.path, 'a.duckdb'), join(folder.path, 'b.duckdb')];
  for (const source of sources) await makeTracingV2(source);
  await makeTracingV2(join(folder.path, 'first.duckdb'), { isPlain: true, sessions: 2 });
  const path = join(folder.path, 'v3.db');
  const request = (source: string) =>
    ({ source, target: { kind: 'file', path }, reportFolder: folder.path, lockLimitMs: 60_000 }) as const;
  await migrateV2(request(join(folder.path, 'first.duckdb')), quietly());
  // Another plan of the same rows.
  const [one = '', other = ''] = sources;
  const requests = [request(one), { ...request(other), zone: 'Europe/Berlin' }];
  const outcomes = await Promise.allSettled(requests.map((each) => migrateV2(each, quietly())));
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'LOCKED' });
  for (const each of requests) await migrateV2(each, quietly());
  using client = openFile(path);
  const found = await client.execute(
    'SELECT count(*) AS n, count(DISTINCT session_id) AS ids FROM session_traces',
  );
  expect(found.rows[0]?.n).toBe(found.rows[0]?.ids);
  expect((await client.execute('PRAGMA foreign_key_check')).rows).toEqual([]);
  const runs = await client.execute(
    "SELECT count(*) AS n FROM stepscope_migration_runs WHERE state = 'done'",
  );
  expect(runs.rows[0]?.n).toBe(3n);
});
