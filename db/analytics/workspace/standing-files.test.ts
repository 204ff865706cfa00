import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Database, literal } from '../../duckdb';
import { openAndRead, openTestWorkspace, patience, rowsOf, temporaryFolder } from './fixture';
import { keptTables, makeTables } from './kept-fixture';
import type { Workspace } from './types';

/** Tables of the model's own columns without a manifest, in `path`/tables. */
async function makeFolder(): Promise<{ path: string; tables: string } & AsyncDisposable> {
  const folder = await temporaryFolder();
  const tables = join(folder.path, 'tables');
  await makeTables(tables);
  const doubles = ['cost_usd', 'latency_ms', 'reward'].map((name) => `${name}::DOUBLE AS ${name}`);
  const figures = [...doubles, 'total_tokens::BIGINT AS total_tokens'];
  await rewrite(tables, { table: 'events', sql: `SELECT * REPLACE (${figures.join(', ')}) FROM rows` });
  return { path: folder.path, tables, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** Puts the rows of `sql` (over `rows`) in place of a table's file; `options`: of COPY. */
async function rewrite(
  tables: string,
  {
    table,
    sql,
    to = `${table}.parquet`,
    options = '',
  }: { table: string; sql: string; to?: string; options?: string },
): Promise<void> {
  const file = join(tables, `${table}.parquet`);
  await using database = await Database.open();
  await database.execute(`CREATE TABLE rows AS FROM read_parquet(${literal(file)})`);
  await rm(file);
  await mkdir(join(tables, to, '..'), { recursive: true });
  await database.execute(`COPY (${sql}) TO ${literal(join(tables, to))} (FORMAT parquet${options})`);
}

const KEYS = {
  timesteps: 'step_key',
  events: 'event_key',
  event_payloads: 'event_key',
  messages: 'message_key',
  rewards: 'reward_key',
};

/** How many rows are in the workspace and not in the files, or the other way round. `others`: what is read instead of a table's file. */
async function differences(
  workspace: Workspace,
  tables: string,
  others: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const parts = Object.entries(KEYS).map(([table, key]) => {
    const from = others[table] ?? `read_parquet(${literal(join(tables, `${table}.parquet`))})`;
    const read = `((SELECT * FROM ${table} LIMIT 0) UNION ALL BY NAME (SELECT * FROM ${from} WHERE ${key} IS NOT NULL))`;
    const [shown, there] = [table, read].map((rows) => `SELECT * EXCLUDE (source_id) FROM ${rows}`);
    return `SELECT count(*) AS n FROM ((${shown} EXCEPT ALL ${there}) UNION ALL (${there} EXCEPT ALL ${shown}))`;
  });
  return rowsOf(workspace, `SELECT sum(n)::INTEGER AS n FROM (${parts.join(' UNION ALL ')})`);
}

/** What sessions say of themselves is what their rows add up to. */
async function expectSums(workspace: Workspace): Promise<void> {
  const rows = `SELECT s.session_id, coalesce(e.n, 0) AS events, coalesce(e.calls, 0) AS calls, coalesce(e.errors, 0) AS errors, e.cost, coalesce(m.n, 0) AS messages, t.started_at
    FROM sessions s
    LEFT JOIN (SELECT session_id, count(*) AS n, count(*) FILTER (event_type = 'cais') AS calls, count(error) AS errors, sum(cost_usd) AS cost FROM events GROUP BY ALL) e USING (session_id)
    LEFT JOIN (SELECT session_id, count(*) AS n FROM messages GROUP BY ALL) m USING (session_id)
    LEFT JOIN (SELECT session_id, min(started_at) AS started_at FROM timesteps GROUP BY ALL) t USING (session_id)`;
  const shown = `SELECT session_id, st.events, st.lm_calls, st.errors, st.cost_usd, st.messages, s.started_at FROM sessions s JOIN session_stats st USING (session_id)`;
  const found = await rowsOf(
    workspace,
    `SELECT count(*)::INTEGER AS n FROM (((${rows}) EXCEPT ALL (${shown})) UNION ALL ((${shown}) EXCEPT ALL (${rows})))`,
  );
  expect(found).toEqual(none);
}

const none = [{ n: 0 }];
const large = ['event_payloads', 'events', 'messages', 'timesteps'];
const named = (names: readonly string[]) => names.map((table_name) => ({ table_name }));

test('large tables of our own columns stay in copies of their files, with sums of their rows and sessions that only rows name', async () => {
  await using folder = await makeFolder();
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, folder.tables);
  expect(await keptTables(workspace, sourceId)).toEqual(named(large));
  expect(await differences(workspace, folder.tables)).toEqual(none);
  expect(workspace.state().sources[0]).toMatchObject({
    state: 'ready',
    sessions: 41,
    rows: { events: 12_000, timesteps: 11_000, messages: 10_000 },
  });
  await expectSums(workspace);
});

test('the files of a divided table stay as they are, and copies of those that say less than their folders', async () => {
  await using folder = await makeFolder();
  const { tables } = folder;
  const divided = (table: string, by: string) =>
    rewrite(tables, {
      table,
      sql: `SELECT *, ${table === 'events' ? 'event_key % 3' : '0'} AS part FROM rows`,
      to: table,
      options: `, PARTITION_BY (${by})`,
    });
  await divided('events', 'part');
  await divided('messages', 'role');
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, tables);
  expect(await keptTables(workspace, sourceId)).toEqual(
    named(['event_payloads', 'events', 'events', 'events', 'messages', 'messages', 'timesteps']),
  );
  const read = (table: string) =>
    `(SELECT * EXCLUDE (part) FROM read_parquet(${literal(join(tables, table, '**/*.parquet'))}))`;
  expect(
    await differences(workspace, tables, { events: read('events'), messages: read('messages') }),
  ).toEqual(none);
  await expectSums(workspace);
});

test('rows without what they need are left out, columns of other types or names stay in copies, and calls that have yet to get a price do not', async () => {
  await using folder = await makeFolder();
  const { tables } = folder;
  await rewrite(tables, {
    table: 'timesteps',
    sql: 'SELECT * REPLACE (nullif(step_key, 7) AS step_key) FROM rows',
  });
  await rewrite(tables, {
    table: 'event_payloads',
    sql: 'SELECT * RENAME (metadata AS "Metadata") FROM rows',
  });
  await rewrite(tables, {
    table: 'messages',
    sql: 'SELECT * REPLACE (message_key::HUGEINT AS message_key) FROM rows',
  });
  await rewrite(tables, {
    table: 'events',
    sql: "SELECT * REPLACE ('gpt-4.1-mini' AS model, 'openai' AS provider, NULL::DOUBLE AS cost_usd, 'unpriced' AS cost_basis) FROM rows",
  });
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, tables);
  const kept = ['event_payloads', 'event_payloads', 'messages', 'messages', 'timesteps'];
  expect(await keptTables(workspace, sourceId)).toEqual(named(kept));
  const priced = await rowsOf(workspace, 'SELECT DISTINCT cost_basis, cost_usd > 0 AS costs FROM events');
  expect(priced).toEqual([{ cost_basis: 'priced', costs: true }]);
  const file = literal(join(tables, 'events.parquet'));
  const events = '(SELECT e.* REPLACE (f.cost_usd AS cost_usd, f.cost_basis AS cost_basis)';
  const shown = `${events} FROM read_parquet(${file}) e JOIN events f USING (event_key))`;
  expect(await differences(workspace, tables, { events: shown })).toEqual(none);
});

test('what is damaged in a table is said with its place, the rest is there, and the file stays as it is', async () => {
  await using folder = await makeFolder();
  const path = join(folder.tables, 'messages.parquet');
  {
    await using file = await open(path, 'r+');
    await file.write(Buffer.alloc(20_000, 0xff), 0, 20_000, 4);
  }
  const before = await readFile(path);
  await using workspace = await openTestWorkspace(folder.path);
  const [opened] = await workspace.open([{ kind: 'path', path: folder.tables }], patience());
  await workspace.settled(patience());
  const [sourceId = ''] = opened?.sourceIds ?? [];
  expect(workspace.state().sources[0]).toMatchObject({
    state: 'damaged',
    error: { code: 'FORMAT_DAMAGED', data: { lost: expect.stringContaining('messages') } },
    rows: { events: 12_000, event_payloads: 10_000 },
  });
  expect(await keptTables(workspace, sourceId)).toEqual(named(['event_payloads', 'events', 'timesteps']));
  expect((await readFile(path)).equals(before)).toBe(true);
});

test('a table whose file is replaced while it is open is read anew', async () => {
  await using folder = await makeFolder();
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, folder.tables);
  await rewrite(folder.tables, { table: 'events', sql: "SELECT * FROM rows WHERE session_id <> 's7'" });
  await workspace.refresh(sourceId);
  await workspace.settled(patience());
  expect(await differences(workspace, folder.tables)).toEqual(none);
  expect(workspace.state().sources[0]?.rows).toMatchObject({ events: 11_700 });
});

test('rows that a schema makes of large tables stay in copies, with the step that each names', async () => {
  await using folder = await temporaryFolder();
  const tables = join(folder.path, 'v2');
  await mkdir(tables);
  await using database = await Database.open();
  const session = (per: number) => `'s' || (range // ${per}) AS session_id`;
  const time = "TIMESTAMP '2026-01-01' + to_seconds(range)";
  const written = {
    session_traces: `SELECT 's' || range AS session_id, ${time} AS created_at FROM range(40)`,
    session_timesteps: `SELECT 7 * range AS id, ${session(10)}, 'step ' || (range % 10) AS step_id, (range % 10)::INTEGER AS step_index,
      ${time} AS "timestamp" FROM range(400)`,
    events: `SELECT range AS id, ${session(300)}, 'cais' AS event_type, 'agent' AS system_instance_id, ${time} AS event_time,
      1 AS prompt_tokens, 0.25::DOUBLE AS cost, '{"step_id": "step ' || (range % 10) || '"}' AS metadata FROM range(12000)`,
    messages: `SELECT range AS id, ${session(275)}, 'user' AS message_type, '"text ' || range || '"' AS content,
      7 * (10 * (range // 275) + range % 10) AS timestep_id FROM range(11000)`,
  };
  for (const [table, sql] of Object.entries(written))
    await database.execute(`COPY (${sql}) TO ${literal(join(tables, `${table}.parquet`))} (FORMAT parquet)`);
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, tables);
  const kept = ['event_payloads', 'events', 'messages'].flatMap((name) => [name, name]);
  expect(await keptTables(workspace, sourceId)).toEqual(named(kept));
  await expectSums(workspace);
  const odd = (from: string) => `SELECT count(*)::INTEGER AS n FROM ${from}`;
  const events = 'events WHERE step_key IS DISTINCT FROM 7 * (10 * (event_key // 300) + event_key % 10)';
  expect(await rowsOf(workspace, odd(events))).toEqual(none);
  const messages = `messages WHERE step_key IS DISTINCT FROM 7 * (10 * (message_key // 275) + message_key % 10)
    OR content IS DISTINCT FROM 'text ' || message_key`;
  expect(await rowsOf(workspace, odd(messages))).toEqual(none);
});
