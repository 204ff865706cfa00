import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runStore } from '../store';
import { connect, temporaryFolder } from '../store/testing';
import { makeTracingV2 } from '../testing/tracing-v2/make-tracing-v2';
import { migrateV2, planMigration, rollBack } from './index';
import { dump, quietly } from './testing';

// Seconds on a quiet machine; each migration reads, writes and reads again.
vi.setConfig({ testTimeout: 180_000 });

const insert =
  "INSERT INTO events (session_id, event_type, system_instance_id) VALUES ('native', 'runtime', 'other')";

test('into the live store beside its writers: no number is given twice, and a rollback leaves exactly what they wrote', async () => {
  using folder = temporaryFolder();
  const source = join(folder.path, 'v2.duckdb');
  await makeTracingV2(source, { sessions: 150 });
  const before = createHash('sha256').update(readFileSync(source)).digest('hex');
  await using store = await runStore({ dir: join(folder.path, 'store'), port: 0, environment: {} });
  using client = connect(store);
  await client.batch(["INSERT INTO session_traces (session_id) VALUES ('native')", insert, insert], 'write');
  const target = { kind: 'store', name: 'the live store', url: store.url, token: store.token } as const;
  const request = { source, target, reportFolder: join(folder.path, 'migrations') };
  const untouched = await dump(client);

  const plan = await planMigration(request, quietly());
  expect(plan.tables.find(({ table }) => table === 'events')).toMatchObject({ source: 1827, written: 1827 });
  expect(await dump(client)).toEqual(untouched);

  /** Somebody else writes after each batch. */
  let beside = 0;
  const writes: Promise<unknown>[] = [];
  const report = ({ phase }: { phase: string }) => {
    if (!phase.startsWith('Writing')) return;
    beside += 1;
    writes.push(client.execute(insert));
  };
  const done = await migrateV2(request, { signal: AbortSignal.timeout(120_000), report });
  await Promise.all(writes);
  expect(done).toMatchObject({ state: 'done', isVerified: true, target: { kind: 'store', backup: null } });
  expect(readFileSync(done.files[1] ?? '', 'utf8')).toContain('the live store');
  const count = async (where: string) =>
    (await client.execute(`SELECT count(*) AS n, count(DISTINCT id) AS ids FROM events WHERE ${where}`))
      .rows[0];
  expect(await count("session_id = 'native'")).toMatchObject({ n: beside + 2, ids: beside + 2 });
  expect(await count("session_id <> 'native'")).toMatchObject({ n: 1827, ids: 1827 });

  const taken = await rollBack({ target, run: 'last', reportFolder: request.reportFolder }, quietly());
  expect(taken).toMatchObject({ way: 'rows', runId: done.runId });
  const after = await dump(client);
  expect({ ...after, events: null, numbers: null }).toEqual({ ...untouched, events: null, numbers: null });
  expect(after.events).toHaveLength(beside + 2);
  expect(createHash('sha256').update(readFileSync(source)).digest('hex')).toBe(before);
});

test('rolled back before anybody else wrote, the store gives the same numbers again', async () => {
  using folder = temporaryFolder();
  const source = join(folder.path, 'v2.duckdb');
  await makeTracingV2(source);
  await using store = await runStore({ dir: join(folder.path, 'store'), port: 0, environment: {} });
  using client = connect(store);
  await client.batch(["INSERT INTO session_traces (session_id) VALUES ('native')", insert, insert], 'write');
  const untouched = await dump(client);
  const target = { kind: 'store', name: 'the live store', url: store.url, token: store.token } as const;
  const request = { source, target, reportFolder: join(folder.path, 'migrations') };
  await migrateV2(request, quietly());
  await rollBack({ ...request, run: 'last' }, quietly());
  expect(await dump(client)).toEqual(untouched);
  expect(await migrateV2(request, quietly())).toMatchObject({ state: 'done', isVerified: true });
});

test('a store that is not there, and one that lets nobody in, are told by code', async () => {
  using folder = temporaryFolder();
  const source = join(folder.path, 'v2.duckdb');
  await makeTracingV2(source);
  await using store = await runStore({ dir: join(folder.path, 'store'), port: 0, environment: {} });
  const target = {
    kind: 'store',
    name: 'the live store',
    url: store.url,
    token: store.readOnlyToken,
  } as const;
  const request = { source, target, reportFolder: folder.path };
  await expect(migrateV2(request, quietly())).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
});
