import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ConnectionPool, Database, literal } from '../../duckdb';
import { type ExportManifest, exportManifest, exportManifestName, tableNames } from '../../model';
import { exportTables, wholeScope } from '../export';
import { lockForUserSql } from '../user-sql';
import { openAndRead, openTestWorkspace, patience, rowsOf, temporaryFolder } from './fixture';
import type { Workspace } from './types';

/** Canonical tables with enough rows to stay in their files. Sums of these costs are exact in any order. */
async function makeTables(folder: string, sessions = 40): Promise<void> {
  await mkdir(folder, { recursive: true });
  await using database = await Database.open();
  const write = (table: string, sql: string) =>
    database.execute(`COPY (${sql}) TO ${literal(join(folder, `${table}.parquet`))} (FORMAT parquet)`);
  await write(
    'sessions',
    `SELECT 's' || range AS session_id, 'session' AS kind, 'completed' AS status, 'title ' || range AS title,
       TIMESTAMP '2026-01-01' + to_minutes(range) AS created_at FROM range(${sessions})`,
  );
  await write(
    'timesteps',
    `SELECT range AS step_key, 's' || (range // 275) AS session_id, (range % 275)::INTEGER AS step_index,
       TIMESTAMP '2026-01-01' + to_seconds(range) AS started_at, TIMESTAMP '2026-01-01' + to_seconds(range + 1) AS completed_at FROM range(11000)`,
  );
  await write(
    'events',
    `SELECT range AS event_key, CASE WHEN range < 11950 THEN 's' || (range // 300) ELSE 'nobody' END AS session_id, range // 2 AS step_key,
       CASE range % 3 WHEN 0 THEN 'environment' ELSE 'cais' END AS event_type, 'm' || (range % 2) AS model, 'p' AS provider,
       CASE range WHEN 3 THEN TIMESTAMP '290000-01-01' ELSE TIMESTAMP '2026-01-01' + to_seconds(range) END AS occurred_at, range AS sequence,
       CASE range WHEN 1 THEN 9223372036854775807 ELSE 10 END AS input_tokens, CASE range WHEN 1 THEN 9223372036854775807 END AS output_tokens,
       CASE WHEN range > 1 THEN 12 END AS total_tokens, CASE WHEN range > 1 THEN 0.25 ELSE 0 END AS cost_usd,
       CASE WHEN range > 1 THEN 'reported' ELSE 'reported_rounded' END AS cost_basis, 100 + range % 50 AS latency_ms, CASE WHEN range % 3 = 0 THEN 0.5 END AS reward,
       CASE WHEN range % 1000 = 1 THEN 'Overloaded' END AS error FROM range(12000)`,
  );
  await write(
    'event_payloads',
    `SELECT range AS event_key, 's' || (range // 300) AS session_id, '[]' AS call_records, '{"n":' || range || '}' AS metadata FROM range(10000)`,
  );
  await write(
    'messages',
    `SELECT range AS message_key, 's' || (range // 300) AS session_id, 'user' AS role, 'text ' || range AS content,
       TIMESTAMP '2026-01-01' + to_seconds(range) AS occurred_at FROM range(10000)`,
  );
  await write(
    'rewards',
    "SELECT range AS reward_key, 's' || range AS session_id, 'outcome' AS scope, range / 4 AS value FROM range(40)",
  );
}

async function exportOf(workspace: Workspace, target: string, sessions = 'TRUE'): Promise<void> {
  await using pool = new ConnectionPool(() => workspace.connect());
  await exportTables(
    pool,
    {
      target,
      format: 'parquet',
      tables: undefined,
      overwrite: true,
      scope: { sql: sessions, bindings: {} },
      described: wholeScope.described,
      sources: workspace.state().sources,
      applicationVersion: '0',
    },
    { signal: patience(), report: () => {} },
  );
}

/** Everything that the workspace holds, of whichever source: of each table how many rows, and one number of all their values. */
async function valuesOf(workspace: Workspace): Promise<unknown[]> {
  const usage = `SELECT s.session_id, u.slot, k.model, u.cost_basis, sum(u.calls), sum(u.total_tokens), sum(u.cost_usd), sum(u.errors),
      max(u.latency_ms_max), list_sort(string_split(string_agg(u.bins, ''), ''))
    FROM keyed.call_usage u JOIN keyed.call_models k USING (model_no) LEFT JOIN keyed.sessions s USING (session_key) GROUP BY 1, 2, 3, 4`;
  const one = `SELECT e.* EXCLUDE (source_id, session_no, session_key) FROM keyed.events e
    WHERE session_no = (SELECT session_no FROM keyed.sessions WHERE session_id = 's7')`;
  const numbered =
    'SELECT s.session_id, m.message_key FROM keyed.messages m JOIN keyed.sessions s USING (session_key)';
  const tables = [...tableNames, 'session_stats'].map(
    (table) => `SELECT * EXCLUDE (source_id) FROM ${table}`,
  );
  const digest = (sql: string) => `SELECT count(*) AS n, sum(hash(t)) AS digest FROM (${sql}) t`;
  const all = [usage, one, numbered, ...tables].map(digest).join(' UNION ALL ');
  return rowsOf(workspace, all);
}

async function keptTables(workspace: Workspace, sourceId: string): Promise<unknown[]> {
  return rowsOf(workspace, `SELECT table_name FROM mirror_${sourceId}.kept_files ORDER BY ALL`);
}

function whenReady(workspace: Workspace): Promise<void> {
  return new Promise((resolve) => {
    workspace.onChange(() => {
      if (workspace.state().sources[0]?.state === 'ready') resolve();
    });
  });
}

interface Made extends AsyncDisposable {
  readonly path: string;
  readonly exported: string;
}

let first: { readonly path: string } & AsyncDisposable;
let values: unknown[];

beforeAll(async () => {
  first = await temporaryFolder();
  await makeTables(join(first.path, 'tables'));
  await using workspace = await openTestWorkspace(first.path);
  await openAndRead(workspace, join(first.path, 'tables'));
  await exportOf(workspace, join(first.path, 'export'));
  values = await valuesOf(workspace);
});
afterAll(() => first[Symbol.asyncDispose]());

/** An export of such tables, with `values`. */
async function makeExport(): Promise<Made> {
  const folder = await temporaryFolder();
  const exported = join(folder.path, 'export');
  await cp(join(first.path, 'export'), exported, { recursive: true });
  return { path: folder.path, exported, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

const large = ['event_payloads', 'events', 'messages', 'timesteps'].map((table_name) => ({ table_name }));

test('large tables of an export stay in copies of its files, with equal values and sums, and outlast the export', async () => {
  await using made = await makeExport();
  {
    await using workspace = await openTestWorkspace(made.path);
    const sourceId = await openAndRead(workspace, made.exported);
    expect(await keptTables(workspace, sourceId)).toEqual(large);
    expect(await valuesOf(workspace)).toEqual(values);
    expect(workspace.state().sources[0]?.rows).toMatchObject({ events: 12_000, rewards: 40 });
    await exportOf(workspace, join(made.path, 'again'));
  }
  await using workspace = await openTestWorkspace(made.path);
  const sourceId = await openAndRead(workspace, made.exported);
  expect(workspace.state().sources[0]).toMatchObject({ reused: true, state: 'ready' });
  await rm(made.exported, { recursive: true });
  expect(await valuesOf(workspace)).toEqual(values);
  await workspace.refresh(sourceId);
  expect(workspace.state().sources[0]).toMatchObject({ state: 'away', error: { code: 'SOURCE_NOT_FOUND' } });
  expect(await valuesOf(workspace)).toEqual(values);
  await workspace.close(sourceId);
  await openAndRead(workspace, join(made.path, 'again'));
  expect(await valuesOf(workspace)).toEqual(values);
});

test('sums that an export carries are read when they were made as they are here, and are as they were; else its events are summed', async () => {
  await using made = await makeExport();
  const path = join(made.exported, exportManifestName);
  const manifest = exportManifest.parse(JSON.parse(await readFile(path, 'utf8')));
  const { sums, ...without } = manifest;
  if (sums === undefined) throw new Error('The export carries no sums.');
  const file = join(made.exported, sums.byCall.file);
  const opened = async (name: string, changed: ExportManifest): Promise<unknown[]> => {
    await writeFile(path, JSON.stringify(changed));
    await using workspace = await openTestWorkspace(join(made.path, name));
    const sourceId = await openAndRead(workspace, made.exported);
    expect(await keptTables(workspace, sourceId)).toEqual(large);
    return valuesOf(workspace);
  };
  expect(await opened('none', without)).toEqual(values);
  expect(await opened('other', { ...manifest, sums: { ...sums, version: 'other' } })).toEqual(values);

  const fewer = join(made.path, 'fewer.parquet');
  await using database = await Database.open();
  await database.execute(
    `COPY (SELECT * FROM read_parquet(${literal(file)}) WHERE model = 'm1') TO ${literal(fewer)} (FORMAT parquet)`,
  );
  await rename(fewer, file);
  expect(await opened('changed', manifest)).toEqual(values);
  const sha256 = createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
  const read = await opened('read', { ...manifest, sums: { ...sums, byCall: { ...sums.byCall, sha256 } } });
  expect(read).not.toEqual(values);
  expect(read.slice(1)).toEqual(values.slice(1));
  await rm(file);
  expect(await opened('gone', manifest)).toEqual(values);
});

test('the sums of an export of some sessions are those of their events', async () => {
  await using made = await makeExport();
  const some = join(made.path, 'some');
  await using workspace = await openTestWorkspace(made.path);
  const sourceId = await openAndRead(workspace, made.exported);
  await exportOf(workspace, some, "s.session_id NOT IN ('s7', 's21')");
  await workspace.close(sourceId);
  await openAndRead(workspace, some);
  const read = await valuesOf(workspace);
  const path = join(some, exportManifestName);
  const { sums, ...without } = exportManifest.parse(JSON.parse(await readFile(path, 'utf8')));
  expect(sums?.bySession.rows).toBe(39);
  await writeFile(path, JSON.stringify(without));
  await using other = await openTestWorkspace(join(made.path, 'other'));
  await openAndRead(other, some);
  expect(read).toEqual(await valuesOf(other));
});

test('where the engine stays, the rows are moved in, and the next opening finds them there', async () => {
  await using made = await makeExport();
  for (const isReused of [false, true]) {
    await using workspace = await openTestWorkspace(made.path, { movesIn: true });
    const sourceId = await openAndRead(workspace, made.exported);
    expect(workspace.state().sources[0]?.reused).toBe(isReused);
    expect(await keptTables(workspace, sourceId)).toEqual([]);
    expect(await valuesOf(workspace)).toEqual(values);
    await workspace.close(sourceId);
    expect(await readdir(join(made.path, 'cache/mirrors', `${sourceId}.duckdb.kept`))).toEqual([]);
  }
});

test('a source that is closed while its rows are moved in has each of them at the next opening', async () => {
  await using made = await makeExport();
  for (const movesIn of [true, true, false]) {
    await using workspace = await openTestWorkspace(made.path, { movesIn });
    const ready = whenReady(workspace);
    const [opened] = await workspace.open([{ kind: 'path', path: made.exported }], patience());
    await ready;
    if (movesIn) await workspace.close(opened?.sourceIds[0] ?? '');
    else expect(await valuesOf(workspace)).toEqual(values);
  }
});

test('an export that is made anew in its place is read anew, and nothing is left of the old one', async () => {
  await using made = await makeExport();
  const fewer = join(made.path, 'fewer');
  await makeTables(fewer, 7);
  await using other = await openTestWorkspace(join(made.path, 'first'));
  await openAndRead(other, fewer);
  const wanted = await valuesOf(other);
  await using workspace = await openTestWorkspace(made.path);
  const sourceId = await openAndRead(workspace, made.exported);
  const mirror = join(made.path, 'cache/mirrors', `${sourceId}.duckdb`);
  await exportOf(other, made.exported);
  await workspace.refresh(sourceId);
  expect(await valuesOf(workspace)).toEqual(wanted);
  await workspace.close(sourceId);
  expect(await readdir(`${mirror}.kept`)).toHaveLength(large.length);

  // A mirror whose files are gone is no mirror.
  await rm(`${mirror}.kept`, { recursive: true });
  await openAndRead(workspace, made.exported);
  expect(workspace.state().sources[0]).toMatchObject({ reused: false, state: 'ready' });
  expect(await valuesOf(workspace)).toEqual(wanted);
});

test('a file that is not what was exported is read as it stands: what is damaged is said, the rest is there', async () => {
  await using made = await makeExport();
  await using workspace = await openTestWorkspace(made.path);
  {
    await using file = await open(join(made.exported, 'messages.parquet'), 'r+');
    await file.write(Buffer.alloc(20_000, 0xff), 0, 20_000, 4);
  }
  const sourceId = await openAndRead(workspace, made.exported);
  const [source] = workspace.state().sources;
  expect(source).toMatchObject({ state: 'damaged', sessions: 41, rows: { events: 12_000 } });
  expect(await keptTables(workspace, sourceId)).toEqual([]);
  expect(await readdir(join(made.path, 'cache/work'))).toEqual([]);
});

test('rows whose files somebody has cleared are read again', async () => {
  await using made = await makeExport();
  for (const movesIn of [false, true]) {
    await using workspace = await openTestWorkspace(join(made.path, `${movesIn}`), { movesIn });
    const ready = whenReady(workspace);
    const [opened] = await workspace.open([{ kind: 'path', path: made.exported }], patience());
    const [sourceId = ''] = opened?.sourceIds ?? [];
    await ready;
    await rm(join(made.path, `${movesIn}/cache/mirrors/${sourceId}.duckdb.kept`), { recursive: true });
    if (!movesIn) await workspace.refresh(sourceId);
    await workspace.settled(patience());
    expect(await valuesOf(workspace)).toEqual(values);
  }
});

test('the SQL of a user reads rows that lie in files, and no other file', async () => {
  await using made = await makeExport();
  const secret = join(made.path, 'secret.parquet');
  await copyFile(join(made.exported, 'messages.parquet'), secret);
  await using workspace = await openTestWorkspace(made.path);
  await openAndRead(workspace, made.exported);
  await using userSql = await lockForUserSql(await workspace.connect());
  const limits = { signal: patience(), limitMs: 10_000 };
  const found = await userSql.stream('SELECT count(*) AS n FROM events', limits);
  for await (const rows of found.batches) expect(rows).toEqual([[12_000n]]);
  await expect(
    userSql.stream(`SELECT count(*) FROM read_parquet(${literal(secret)})`, limits),
  ).rejects.toMatchObject({ code: 'QUERY_INVALID' });
});
