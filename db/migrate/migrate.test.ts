import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { z } from 'zod';
import { migrationReport } from '../model';
import { temporaryFolder } from '../store/testing';
import { makeTracingV2 } from '../testing/tracing-v2/make-tracing-v2';
import { migrateV2, planMigration, rollBack } from './index';
import { digestOf, dump, openFile, quietly } from './testing';

// Seconds on a quiet machine; each migration reads, writes and reads again.
vi.setConfig({ testTimeout: 180_000 });

interface Place extends Disposable {
  readonly path: string;
  readonly source: string;
  readonly v3: string;
  readonly request: Parameters<typeof migrateV2>[0];
}

async function place(options: Parameters<typeof makeTracingV2>[1] = {}): Promise<Place> {
  const folder = temporaryFolder();
  const source = join(folder.path, 'v2.duckdb');
  const v3 = join(folder.path, 'v3.db');
  await makeTracingV2(source, options);
  const request = { source, target: { kind: 'file', path: v3 }, reportFolder: folder.path } as const;
  return { path: folder.path, source, v3, request, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

const all = async (file: string, sql: string) => {
  using client = openFile(file);
  return (await client.execute(sql)).rows.map((row) => ({ ...row }));
};

test('steps are found through the metadata, in each of its shapes', async () => {
  using at = await place();
  await migrateV2(at.request, quietly());
  const rows = await all(
    at.v3,
    `SELECT e.id, t.step_id FROM events e JOIN session_timesteps t ON t.id = e.timestep_id AND t.session_id = e.session_id
     WHERE e.session_id IN ('plain', 'zones') ORDER BY e.id`,
  );
  const steps = ['turn_0', 'turn_0', 'turn_1', 'turn_1', 'turn_1', 'turn_2'];
  expect(rows.slice(0, 6).map((row) => row.step_id)).toEqual(steps);
  // By name, by the row's id, by turn; the event that says nothing stays without.
  expect(rows.slice(6).map((row) => row.step_id)).toEqual(['turn_0', 'turn_1', 'turn_1']);
  const messages = await all(
    at.v3,
    `SELECT m.message_type, m.content, t.step_id FROM messages m LEFT JOIN session_timesteps t ON t.id = m.timestep_id
     WHERE m.session_id = 'plain' ORDER BY m.id`,
  );
  expect(messages.map((row) => [row.message_type, row.step_id])).toEqual([
    ['user', 'turn_0'],
    ['user', 'turn_0'],
    ['tool_use', 'turn_1'],
    ['assistant', 'turn_2'],
  ]);
  expect(messages.map((row) => row.content)).toContain('You see a tree.');
  expect(messages.map((row) => row.content)).toContain('Done.');
});

test('dollars are exact in the call records, cents are cut off, units and names are those of tracing v3', async () => {
  using at = await place();
  await migrateV2(at.request, quietly());
  const calls = await all(
    at.v3,
    `SELECT input_tokens, cost_usd, call_records FROM events WHERE session_id IN ('plain', 'costs') AND call_records IS NOT NULL ORDER BY id`,
  );
  const dollars = calls.map(({ call_records }) => JSON.parse(String(call_records))[0].usage.cost_usd);
  expect(dollars.slice(0, 6)).toEqual([0.000616, 0.29, 0, null, 0.01, 0.1234567890123456]);
  expect(calls.slice(0, 6).map(({ cost_usd }) => cost_usd)).toEqual([0n, 29n, 0n, null, 1n, 12n]);
  expect(dollars).toContain(1.7976931348623157e308);
  expect(dollars).toContain(5e-324);
  const [session] = await all(at.v3, "SELECT * FROM session_traces WHERE session_id = 'plain'");
  expect(session).toMatchObject({
    created_at: '2025-07-05 10:00:00.123456',
    num_events: 6n,
    experiment_id: 'exp-1',
  });
  expect(JSON.parse(String(session?.metadata))).toMatchObject({
    title: 'Crafter, seed 42',
    episode_config: { seed: 42 },
  });
  const [version] = await all(at.v3, "SELECT * FROM system_versions WHERE version_id = 'agent-1'");
  expect(version).toMatchObject({
    version_number: 'main',
    commit_hash: '0123456789abcdef0123456789abcdef01234567',
  });
  const numbers = await all(at.v3, 'SELECT name, seq FROM sqlite_sequence ORDER BY name');
  const highest = await all(
    at.v3,
    'SELECT (SELECT max(id) FROM events) AS e, (SELECT max(id) FROM messages) AS m',
  );
  expect(numbers.find((row) => row.name === 'events')?.seq).toBe(highest[0]?.e);
  expect(numbers.find((row) => row.name === 'messages')?.seq).toBe(highest[0]?.m);
});

test('naive times of another zone become UTC, those said to be UTC stay', async () => {
  using at = await place();
  await migrateV2({ ...at.request, zone: 'Europe/Berlin' }, quietly());
  const [session] = await all(at.v3, "SELECT created_at FROM session_traces WHERE session_id = 'plain'");
  expect(session?.created_at).toBe('2025-07-05 08:00:00.123456');
  const [experiment] = await all(at.v3, "SELECT created_at FROM experiments WHERE experiment_id = 'exp-1'");
  expect(experiment?.created_at).toBe('2025-07-03 10:00:00.000000');
  await expect(migrateV2({ ...at.request, zone: 'Mars/Base' }, quietly())).rejects.toMatchObject({
    code: 'QUERY_INVALID',
  });
});

test('twice is the same as once; a report tells of each, and the file is not written again', async () => {
  using at = await place({ sessions: 20 });
  const first = await migrateV2(at.request, quietly());
  expect(first).toMatchObject({ state: 'done', isVerified: true, differences: [] });
  expect(migrationReport.parse(JSON.parse(readFileSync(first.files[0] ?? '', 'utf8')))).toEqual(first);
  expect(readFileSync(first.files[1] ?? '', 'utf8')).toMatch(/^# Migration v2-/);
  const before = digestOf(at.v3);
  const second = await migrateV2(at.request, quietly());
  expect(second).toMatchObject({ state: 'already-done', runId: first.runId });
  const third = await migrateV2({ ...at.request, verify: true }, quietly());
  expect(third).toMatchObject({ state: 'already-done', isVerified: true });
  expect(third.tables.find(({ table }) => table === 'events')).toMatchObject({ found: 267 });
  expect(digestOf(at.v3)).toBe(before);
});

test('a value that was changed since is found by --verify, and named', async () => {
  using at = await place();
  const { runId } = await migrateV2(at.request, quietly());
  {
    using client = openFile(at.v3);
    await client.execute('UPDATE events SET output_tokens = 86 WHERE id = 8');
    await client.execute('DELETE FROM messages WHERE id = 9');
  }
  const failed = migrateV2({ ...at.request, verify: true }, quietly());
  await expect(failed).rejects.toMatchObject({ code: 'FORMAT_DAMAGED' });
  const report = JSON.parse(readFileSync(join(`${at.v3}.migrations`, runId, 'report.json'), 'utf8'));
  expect(report.differences).toEqual(['events 8 differs in output_tokens', 'messages 9 is missing']);
  expect(report.state).toBe('failed');
});

test('a dry run says what would be done and writes nothing', async () => {
  using at = await place();
  const plan = await planMigration(at.request, quietly());
  expect(plan).toMatchObject({ state: 'planned', isVerified: null });
  expect(plan.tables.find(({ table }) => table === 'events')).toMatchObject({ source: 27, written: 27 });
  expect(readdirSync(at.path)).toEqual(['v2.duckdb']);
  await migrateV2(at.request, quietly());
  using client = openFile(at.v3);
  await client.execute('PRAGMA journal_mode = wal');
  await client.execute("UPDATE systems SET description = 'changed' WHERE system_id = 'agent'");
  const before = [digestOf(at.v3), digestOf(`${at.v3}-wal`)];
  expect((await planMigration(at.request, quietly())).state).toBe('already-done');
  expect([digestOf(at.v3), digestOf(`${at.v3}-wal`)]).toEqual(before);
});

test('rolled back, a file that the run made is gone, and one that it wrote into is what it was, byte for byte', async () => {
  using at = await place();
  const { runId } = await migrateV2(at.request, quietly());
  expect(await rollBack({ ...at.request, run: 'last' }, quietly())).toMatchObject({
    way: 'file-removed',
    runId,
  });
  expect(existsSync(at.v3)).toBe(false);

  await migrateV2(at.request, quietly());
  const before = digestOf(at.v3);
  const other = join(at.path, 'other.duckdb');
  await makeTracingV2(other, { isPlain: true, sessions: 5 });
  const second = await migrateV2({ ...at.request, source: other }, quietly());
  expect(second.target.backup).not.toBeNull();
  expect(digestOf(at.v3)).not.toBe(before);
  expect((await rollBack({ ...at.request, run: second.runId.slice(0, 8) }, quietly())).way).toBe('backup');
  expect(digestOf(at.v3)).toBe(before);
});

test('ids that are taken are shifted, sessions that are there are left out', async () => {
  using at = await place({ sessions: 3 });
  await migrateV2(at.request, quietly());
  const grown = join(at.path, 'grown.duckdb');
  await makeTracingV2(grown, { sessions: 5 });
  const report = await migrateV2({ ...at.request, source: grown }, quietly());
  expect(report.tables.find(({ table }) => table === 'session_traces')).toMatchObject({
    written: 2,
    present: 11,
  });
  expect(report.tables.find(({ table }) => table === 'events')).toMatchObject({ written: 24, found: 24 });
  const [row] = await all(
    at.v3,
    `SELECT count(*) AS n, count(DISTINCT id) AS ids, sum(timestep_id IS NULL) AS unplaced FROM events WHERE session_id LIKE 'many-%'`,
  );
  expect(row).toEqual({ n: 60n, ids: 60n, unplaced: 0n });
});

test('when others wrote since, only the rows of the run go, with the numbers given back where nobody took one', async () => {
  using at = await place();
  const native = join(at.path, 'native.duckdb');
  await makeTracingV2(native, { isPlain: true, sessions: 2 });
  await migrateV2({ ...at.request, source: native }, quietly());
  using client = openFile(at.v3);
  const first = await dump(client);
  const { runId } = await migrateV2(at.request, quietly());
  await client.execute("UPDATE session_traces SET metadata = '{}' WHERE session_id = 'many-000000'");
  const report = await rollBack({ ...at.request, run: runId }, quietly());
  expect(report.way).toBe('rows');
  expect(report.tables.find(({ table }) => table === 'events')).toEqual({
    table: 'events',
    removed: 27,
    kept: 0,
  });
  await client.execute({
    sql: "UPDATE session_traces SET metadata = ? WHERE session_id = 'many-000000'",
    args: [String(JSON.parse(first.session_traces?.[0] ?? '[]')[5])],
  });
  expect({ ...(await dump(client)), numbers: null }).toEqual({ ...first, numbers: null });
});

test('rows of others that refer to a row of the run keep it', async () => {
  using at = await place();
  const { runId } = await migrateV2(at.request, quietly());
  using client = openFile(at.v3);
  await client.execute("INSERT INTO events (session_id, event_type) VALUES ('plain', 'runtime')");
  const report = await rollBack({ ...at.request, run: runId }, quietly());
  expect(report.tables.find(({ table }) => table === 'session_traces')).toMatchObject({ kept: 1 });
  expect(await all(at.v3, 'SELECT session_id FROM session_traces')).toEqual([{ session_id: 'plain' }]);
  expect(await all(at.v3, 'SELECT count(*) AS n FROM events')).toEqual([{ n: 1n }]);
  expect(report.notes.join()).toMatch(/1 rows? of session_traces/);
});

test('cancelled in the middle, it takes back what it wrote', async () => {
  using at = await place({ sessions: 100 });
  const stop = new AbortController();
  const report = ({ phase }: { phase: string }) => {
    if (phase.startsWith('Writing messages')) stop.abort();
  };
  await expect(migrateV2(at.request, { signal: stop.signal, report })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  expect(readdirSync(at.path).sort()).toEqual(['v2.duckdb']);

  const other = join(at.path, 'other.duckdb');
  await makeTracingV2(other, { isPlain: true, sessions: 2 });
  await migrateV2({ ...at.request, source: other }, quietly());
  using client = openFile(at.v3);
  const before = await dump(client);
  const again = new AbortController();
  const watch = ({ phase }: { phase: string }) => {
    if (phase.startsWith('Verifying events')) again.abort();
  };
  const cancelled = migrateV2(at.request, { signal: again.signal, report: watch });
  await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await dump(client)).toEqual(before);
});

test('what cannot be migrated is refused with a code, and nothing is left behind', async () => {
  using at = await place();
  const refused = (source: string) => migrateV2({ ...at.request, source }, quietly());
  const text = join(at.path, 'text.duckdb');
  writeFileSync(text, 'no database');
  await expect(refused(text)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
  await expect(refused(join(at.path, 'none.duckdb'))).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  await expect(refused(at.path)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
  const other = join(at.path, 'other.duckdb');
  await makeTracingV2(other, { sql: 'DROP TABLE messages' });
  await expect(refused(other)).rejects.toMatchObject({ code: 'SCHEMA_UNSUPPORTED' });
  const into = (path: string) => migrateV2({ ...at.request, target: { kind: 'file', path } }, quietly());
  await expect(into(text)).rejects.toMatchObject({ code: 'FORMAT_UNKNOWN' });
  await expect(into(at.source)).rejects.toMatchObject({ code: 'EXPORT_TARGET_EXISTS' });
  await expect(into(join(at.path, 'no/such/folder.db'))).rejects.toMatchObject({ code: 'SOURCE_UNREADABLE' });
  const foreign = join(at.path, 'foreign.db');
  {
    using client = openFile(foreign);
    await client.execute('CREATE TABLE bookmarks (id INTEGER)');
  }
  await expect(into(foreign)).rejects.toMatchObject({ code: 'SCHEMA_UNSUPPORTED' });
  await expect(rollBack({ ...at.request, run: 'last' }, quietly())).rejects.toMatchObject({
    code: 'SOURCE_NOT_FOUND',
  });
  const left = readdirSync(at.path).filter((name) => name.includes('v3') || name.includes('partial'));
  expect(left).toEqual([]);
});

test('a target that another program holds is LOCKED', async () => {
  using at = await place();
  await migrateV2(at.request, quietly());
  const other = join(at.path, 'other.duckdb');
  await makeTracingV2(other, { isPlain: true, sessions: 1 });
  using client = openFile(at.v3);
  const held = await client.transaction('write');
  const stopped = migrateV2({ ...at.request, source: other, lockLimitMs: 50 }, quietly());
  await expect(stopped).rejects.toMatchObject({ code: 'LOCKED' });
  held.close();
  expect(
    z
      .object({ state: z.literal('done') })
      .safeParse(await migrateV2({ ...at.request, source: other }, quietly())).success,
  ).toBe(true);
});
