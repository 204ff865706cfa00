import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, test } from 'vitest';
import { archivesAmong } from './archives';
import { dialectB, makeSqlite, openTestWorkspace, patience, rowsOf, temporaryFolder } from './fixture';

/** Canonical tables of these sessions with two events each, as retention leaves them. */
async function makeArchive(folder: string, sessions: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const duckdb = await DuckDBInstance.create(':memory:');
  const connection = await duckdb.connect();
  const list = sessions.map((name) => `'${name}'`).join(', ');
  await connection.run(`COPY (SELECT 'a' AS source_id, unnest([${list}]) AS session_id, 'session' AS kind, 'completed' AS status)
    TO '${join(folder, 'sessions.parquet')}'`);
  await connection.run(`COPY (SELECT 'a' AS source_id, row_number() OVER () AS event_key, session_id, 'cais' AS event_type, 'm' AS model,
      10 AS input_tokens FROM (SELECT unnest([${list}]) AS session_id), range(2))
    TO '${join(folder, 'events.parquet')}'`);
  connection.closeSync();
  duckdb.closeSync();
}

const totals = `SELECT (SELECT count(*) FROM sessions) AS sessions, (SELECT count(DISTINCT session_id) FROM sessions) AS names,
  (SELECT count(*) FROM events) AS events, (SELECT sum(events) FROM session_stats) AS counted`;

test('a store and its archive are one list: a session that both have appears once, as the store has it', async () => {
  await using folder = await temporaryFolder();
  const home = join(folder.path, 'runs');
  await mkdir(home);
  const writer = makeSqlite(join(home, 'live.db'), [
    ...dialectB,
    "INSERT INTO session_traces(session_id) VALUES ('s1'), ('s2')",
    "INSERT INTO events(session_id, event_type) VALUES ('s1', 'cais'), ('s2', 'cais'), ('s2', 'runtime')",
  ]);
  await makeArchive(join(home, 'archive'), ['s2', 's3']);
  await using workspace = await openTestWorkspace(folder.path);
  const [opened] = await workspace.open([{ kind: 'path', path: home }], patience());
  await workspace.settled(patience());
  expect(opened).toMatchObject({
    failure: null,
    failures: [],
    sourceIds: [expect.anything(), expect.anything()],
  });
  expect(await rowsOf(workspace, totals)).toEqual([{ sessions: '3', names: '3', events: '5', counted: '5' }]);

  // Retention deletes what it has archived: the archive's own comes forward.
  writer.exec(
    "DELETE FROM events WHERE session_id = 's2'; DELETE FROM session_traces WHERE session_id = 's2'",
  );
  writer.close();
  const store = workspace.state().sources.find(({ format }) => format === 'tracing-v3')?.sourceId ?? '';
  await workspace.refresh(store);
  await workspace.settled(patience());
  expect(await rowsOf(workspace, totals)).toEqual([{ sessions: '3', names: '3', events: '5', counted: '5' }]);
  expect(
    await rowsOf(workspace, "SELECT count(*) AS n FROM events WHERE session_id = 's2' AND model = 'm'"),
  ).toEqual([{ n: '2' }]);

  await workspace.close(store);
  expect(await rowsOf(workspace, totals)).toEqual([{ sessions: '2', names: '2', events: '4', counted: '4' }]);
});

test('an archive belongs to what lies beside its folder, and to nothing else', () => {
  const at = (sourceId: string, location: string) => ({ sourceId, location });
  const sources = [
    at('store', '/x/store'),
    at('inside', '/x/store/archive'),
    at('file', '/x/store/archive/2026/events.parquet'),
    at('other', '/y/live.db'),
    at('lonely', '/z/archive/events.parquet'),
  ];
  expect([...archivesAmong(sources)]).toEqual([
    ['inside', ['store']],
    ['file', ['store']],
  ]);
});
