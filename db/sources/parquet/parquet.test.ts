import { copyFile, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mirrorTables } from '../../analytics/mirror/layout';
import type { Workspace } from '../../analytics/workspace';
import {
  openAndRead,
  openTestWorkspace,
  patience,
  rowsOf,
  temporaryFolder,
} from '../../analytics/workspace/fixture';
import { Database, literal } from '../../duckdb';
import { tableNames, tables } from '../../model';
import { makeTracingV2 } from '../../testing/tracing-v2/make-tracing-v2';
import { typeOf } from './canonical';

async function writeParquet(sql: string, target: string, options = ''): Promise<void> {
  await using database = await Database.open();
  await database.execute(`COPY (${sql}) TO ${literal(target)} (FORMAT parquet${options})`);
}

async function failureOf(workspace: Workspace, path: string) {
  const [result] = await workspace.open([{ kind: 'path', path }], patience());
  return result?.failure ?? null;
}

const sessionRows = `SELECT 's' || range AS session_id, 'session' AS kind, 'completed' AS status, 'title ' || range AS title,
  TIMESTAMP '2025-01-01' + to_minutes(range) AS created_at FROM range(5)`;
const eventRows = (
  first: number,
  rows: number,
) => `SELECT range AS event_key, 's' || (range % 5) AS session_id, 'cais' AS event_type, 'm' AS model,
  10 AS input_tokens, 0.5 AS cost_usd, 'reported' AS cost_basis, 2025 + range % 2 AS year FROM range(${first}, ${first + rows})`;

test('the types that Parquet is read as are those of the mirror', () => {
  for (const name of tableNames) {
    const columns = mirrorTables.find((table) => table.name === name)?.columns ?? [];
    const ours = Object.entries(tables[name].shape).map(([column, schema]) => [column, typeOf(schema)]);
    expect({ name, columns: ours }).toEqual({
      name,
      columns: columns.map((column) => [column.name, column.type]),
    });
  }
});

test('one file with the columns of a canonical table opens, whatever its name', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'what I kept.parquet');
  await writeParquet(eventRows(0, 20), file);
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  expect(workspace.state().sources[0]).toMatchObject({
    format: 'stepscope-tables',
    rows: { sessions: 5, events: 20 },
  });
  const stats =
    'SELECT session_id, events, cost_usd FROM session_stats JOIN sessions USING (session_id) ORDER BY session_id LIMIT 1';
  expect(await rowsOf(workspace, stats)).toEqual([{ session_id: 's0', events: 4, cost_usd: 2 }]);
});

test('a folder of tables, one of them divided by year, is one source', async () => {
  await using folder = await temporaryFolder();
  const runs = join(folder.path, 'runs');
  await mkdir(join(runs, 'events'), { recursive: true });
  await writeParquet(sessionRows, join(runs, 'sessions.parquet'));
  await writeParquet(eventRows(0, 300), join(runs, 'events'), ', PARTITION_BY (year), OVERWRITE_OR_IGNORE');
  await writeFile(join(runs, 'README.md'), 'Runs of 2025.');
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, runs);
  expect(workspace.state().sources).toMatchObject([{ name: 'runs', rows: { sessions: 5, events: 300 } }]);
  expect(
    await rowsOf(
      workspace,
      'SELECT count(DISTINCT event_key) AS n, sum(input_tokens)::INTEGER AS tokens FROM events',
    ),
  ).toEqual([{ n: '300', tokens: 3_000 }]);
  expect(
    workspace.files(sourceId, { offset: 0, limit: 9 }).rows.map(({ file, read }) => [file, read]),
  ).toEqual([
    ['events/year=2025/data_0.parquet', 150],
    ['events/year=2026/data_0.parquet', 150],
    ['sessions.parquet', 5],
  ]);
});

test('files of one table in several row groups and of several sizes are read once each, to the end', async () => {
  await using folder = await temporaryFolder();
  const runs = join(folder.path, 'runs/events');
  await mkdir(runs, { recursive: true });
  const sizes = [130_000, 3, 0, 70_000, 7];
  let first = 0;
  for (const [at, rows] of sizes.entries()) {
    await writeParquet(eventRows(first, rows), join(runs, `part-${at}.parquet`), ', ROW_GROUP_SIZE 50000');
    first += rows;
  }
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, runs);
  const counts = 'SELECT count(*) AS n, count(DISTINCT event_key) AS keys FROM events';
  expect(await rowsOf(workspace, counts)).toEqual([{ n: '200010', keys: '200010' }]);
});

test('files that were added are read at the next look', async () => {
  await using folder = await temporaryFolder();
  const runs = join(folder.path, 'runs/events');
  await mkdir(runs, { recursive: true });
  await writeParquet(eventRows(0, 10), join(runs, 'a.parquet'));
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, runs);
  await writeParquet(eventRows(10, 5), join(runs, 'b.parquet'));
  await workspace.refresh(sourceId);
  await workspace.settled(patience());
  expect(await rowsOf(workspace, 'SELECT count(*) AS n FROM events')).toEqual([{ n: '15' }]);
});

test('a file that ends early, in its head or in a row group, says that it is damaged', async () => {
  await using folder = await temporaryFolder();
  const whole = join(folder.path, 'events.parquet');
  await writeParquet(eventRows(0, 50_000), whole);
  await using workspace = await openTestWorkspace(folder.path);
  for (const size of [4, 11, 200, 30_000]) {
    const file = join(folder.path, `cut-${size}.parquet`);
    await copyFile(whole, file);
    await truncate(file, size);
    expect({ size, failure: await failureOf(workspace, file) }).toMatchObject({
      size,
      failure: { code: 'FORMAT_DAMAGED' },
    });
  }
});

test('damage in a row group costs the columns and rows it is in', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'events.parquet');
  await writeParquet(eventRows(0, 60_000), file, ', ROW_GROUP_SIZE 20000, COMPRESSION zstd');
  const bytes = await readFile(file);
  bytes.fill(0, 4, 400);
  await writeFile(file, bytes);
  await using workspace = await openTestWorkspace(folder.path);
  expect(await failureOf(workspace, file)).toBeNull();
  await workspace.settled(patience());
  const [source] = workspace.state().sources;
  expect(source).toMatchObject({
    state: 'damaged',
    error: { code: 'FORMAT_DAMAGED', data: { lost: expect.stringMatching(/^events.*rows 0 to /) } },
  });
  expect(source?.rows.events).toBeGreaterThan(39_000);
});

test('a damaged file among others is left out and named, the others open', async () => {
  await using folder = await temporaryFolder();
  const runs = join(folder.path, 'runs/events');
  await mkdir(runs, { recursive: true });
  await writeParquet(eventRows(0, 10), join(runs, 'a.parquet'));
  await writeFile(join(runs, 'b.parquet'), 'PAR1 and nothing else');
  await using workspace = await openTestWorkspace(folder.path);
  expect(await failureOf(workspace, runs)).toBeNull();
  await workspace.settled(patience());
  expect(workspace.state().sources[0]).toMatchObject({
    state: 'damaged',
    rows: { events: 10 },
    error: { code: 'FORMAT_DAMAGED', data: { lost: expect.stringContaining('b.parquet') } },
  });
});

test('columns that nobody knows, and a folder of other things too, are left to other formats', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'weather.parquet');
  await writeParquet('SELECT 1 AS station, 20.5 AS degrees', file);
  const mixed = join(folder.path, 'mixed');
  await mkdir(mixed);
  await makeTracingV2(join(mixed, 'v2.duckdb'), { isPlain: true, sessions: 2 });
  await writeParquet(eventRows(0, 10), join(mixed, 'events.parquet'));
  await using workspace = await openTestWorkspace(folder.path);
  expect(await failureOf(workspace, file)).toMatchObject({ code: 'FORMAT_UNKNOWN' });
  expect(await failureOf(workspace, mixed)).toBeNull();
  expect(
    workspace
      .state()
      .sources.map((source) => source.format)
      .sort(),
  ).toEqual(['stepscope-tables', 'tracing-v2']);
});

test('damage anywhere in a Parquet file costs what it is in, with a code and a sentence', async () => {
  await using folder = await temporaryFolder();
  const whole = join(folder.path, 'events.parquet');
  await writeParquet(eventRows(0, 30_000), whole, ', ROW_GROUP_SIZE 10000');
  const bytes = await readFile(whole);
  await using workspace = await openTestWorkspace(folder.path);
  let state = 7;
  for (let at = 0; at < 6; at += 1) {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    const place = Math.floor((state / 2_147_483_648) * bytes.length);
    const copy = Buffer.from(bytes);
    copy.fill(0xa5, place, Math.min(copy.length, place + 1 + at));
    const file = join(folder.path, `damaged-${at}.parquet`);
    await writeFile(file, at % 3 === 2 ? copy.subarray(0, place) : copy);
    const failure = await failureOf(workspace, file);
    await workspace.settled(patience());
    const opened = workspace.state().sources.find((source) => source.spec.location === file);
    const said = failure ?? opened?.error ?? null;
    // A value can change into another one without a sign of it: Parquet's own checksums are optional.
    if (said !== null) expect(said).toMatchObject({ code: 'FORMAT_DAMAGED' });
    else expect(opened?.state).toBe('ready');
    if (opened !== undefined) await workspace.close(opened.sourceId);
  }
});
