import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Database, literal } from '../../duckdb';
import { dialectB, makeSqlite, openAndRead, openTestWorkspace, rowsOf, temporaryFolder } from './fixture';

const call = (session: string, model: string) =>
  `INSERT INTO events(session_id, event_type, event_time, model_name, input_tokens, total_tokens, cost_usd, latency_ms)
   VALUES ('${session}', 'cais', 1767225600, '${model}', 10, 12, 1, 100)`;
const session = (id: string) =>
  `INSERT INTO session_traces VALUES ('${id}', '2026-01-01', 0, 0, 0, NULL, NULL, NULL)`;

test('sums of calls grow with the events, and go to a session that comes after them', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  const writer = makeSqlite(file, [...dialectB, session('s1'), call('s1', 'a'), call('late', 'b')]);
  await using workspace = await openTestWorkspace(folder.path);
  const sourceId = await openAndRead(workspace, file);
  const sums = () =>
    rowsOf(
      workspace,
      `SELECT s.session_id, k.model, CAST(sum(u.calls) AS INTEGER) AS calls, CAST(sum(u.latencies) AS INTEGER) AS latencies
       FROM keyed.call_usage u JOIN keyed.call_models k USING (model_no) LEFT JOIN keyed.sessions s USING (session_key)
       GROUP BY ALL ORDER BY ALL`,
    );
  expect(await sums()).toEqual([
    { session_id: 's1', model: 'a', calls: 1, latencies: 1 },
    { session_id: null, model: 'b', calls: 1, latencies: 1 },
  ]);
  for (const sql of [session('late'), call('s1', 'a'), call('late', 'c')]) writer.exec(sql);
  await workspace.refresh(sourceId);
  expect(await sums()).toEqual([
    { session_id: 'late', model: 'b', calls: 1, latencies: 1 },
    { session_id: 'late', model: 'c', calls: 1, latencies: 1 },
    { session_id: 's1', model: 'a', calls: 2, latencies: 2 },
  ]);
  const bins = await rowsOf(workspace, "SELECT string_agg(bins, '') AS bins FROM keyed.call_usage");
  // Each took 100 ms: bin 234, that begins at 98.4 ms.
  expect(bins).toEqual([{ bins: String.fromCharCode(512 + 234).repeat(4) }]);
  writer.close();
});

test('what calls took together counts in the sums of models, and as no call', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  const together = `INSERT INTO events(session_id, event_type, event_time, model_name, input_tokens, total_tokens, latency_ms)
    VALUES ('s1', 'runtime', 1767225600, 'a', 20, 30, 900)`;
  makeSqlite(file, [...dialectB, session('s1'), call('s1', 'a'), together]).close();
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, file);
  const sums = `SELECT CAST(sum(u.entries) AS INTEGER) AS entries, CAST(sum(u.calls) AS INTEGER) AS calls, CAST(sum(u.latencies) AS INTEGER) AS latencies,
      CAST(max(u.latency_ms_max) AS INTEGER) AS slowest, CAST(sum(u.input_tokens) AS INTEGER) AS input, CAST(sum(u.total_tokens) AS INTEGER) AS total
    FROM keyed.call_usage u JOIN keyed.call_models k USING (model_no) WHERE k.model = 'a'`;
  expect(await rowsOf(workspace, sums)).toEqual([
    { entries: 2, calls: 1, latencies: 1, slowest: 100, input: 30, total: 42 },
  ]);
  const listed = 'SELECT lm_calls, input_tokens, total_tokens FROM session_stats';
  expect(await rowsOf(workspace, listed)).toEqual([{ lm_calls: 1, input_tokens: '30', total_tokens: '42' }]);
});

test('scores of several names have no sum; they are said to be several', async () => {
  await using folder = await temporaryFolder();
  const tables = join(folder.path, 'tables');
  await mkdir(tables);
  {
    await using database = await Database.open({});
    await database.execute(`COPY (SELECT 'a' AS source_id, unnest(['one', 'several']) AS session_id, 'session' AS kind, 'completed' AS status)
      TO ${literal(join(tables, 'sessions.parquet'))}`);
    await database.execute(`COPY (SELECT 'a' AS source_id, row_number() OVER () AS reward_key, * FROM (VALUES
        ('one', 'outcome', 2.0, 'match'), ('one', 'outcome', 3.0, 'match'), ('several', 'outcome', 1.0, 'toxicity'), ('several', 'outcome', 1.0, 'helpful'))
        AS r(session_id, scope, value, reward_name)) TO ${literal(join(tables, 'rewards.parquet'))}`);
  }
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, tables);
  const rewards = 'SELECT session_id, reward, reward_basis FROM session_stats ORDER BY session_id';
  expect(await rowsOf(workspace, rewards)).toEqual([
    { session_id: 'one', reward: 5, reward_basis: 'outcome' },
    { session_id: 'several', reward: null, reward_basis: 'several' },
  ]);
});
