import { createHash } from 'node:crypto';
import { copyFile, cp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Database, literal } from '../../duckdb';
import { type ExportManifest, exportManifest, exportManifestName } from '../../model';
import { lockForUserSql } from '../user-sql';
import { openAndRead, openTestWorkspace, patience, temporaryFolder } from './fixture';
import { exportOf, keptTables, makeTables, valuesOf } from './kept-fixture';
import type { Workspace } from './types';

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

test('each source of an export of several has its own rows of the same files', async () => {
  await using folder = await temporaryFolder();
  await using workspace = await openTestWorkspace(folder.path);
  const made = [];
  for (const [name, sessions] of Object.entries({ one: 40, other: 7 })) {
    await makeTables(join(folder.path, name), sessions);
    made.push(await openAndRead(workspace, join(folder.path, name)));
  }
  const wanted = await valuesOf(workspace);
  const rows = workspace.state().sources.map((source) => source.rows);
  await exportOf(workspace, join(folder.path, 'export'));
  for (const sourceId of made) await workspace.close(sourceId);
  const [opened] = await workspace.open([{ kind: 'path', path: join(folder.path, 'export') }], patience());
  await workspace.settled(patience());
  for (const sourceId of opened?.sourceIds ?? [])
    expect(await keptTables(workspace, sourceId)).toEqual(large);
  expect(workspace.state().sources.map((source) => source.rows)).toEqual(rows);
  expect(await valuesOf(workspace)).toEqual(wanted);
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
