import { expect, test } from 'vitest';
import { runStore } from '../../store';
import { connect, temporaryFolder } from '../../store/testing';
import { writeDemo } from '../../tracer/demo';
import { openTestWorkspace, patience, rowsOf } from './fixture';
import type { Workspace } from './types';

/** Resolves when the query gives a row. */
async function appears(workspace: Workspace, sql: string): Promise<void> {
  if ((await rowsOf(workspace, sql)).length > 0) return;
  await new Promise<void>((resolve, reject) => {
    const listener = workspace.onChange(() => {
      rowsOf(workspace, sql).then((rows) => {
        if (rows.length === 0) return;
        listener[Symbol.dispose]();
        resolve();
      }, reject);
    });
  });
}

const insert =
  'INSERT INTO session_traces(session_id, created_at, num_timesteps, num_events, num_messages) VALUES (?, ?, 0, 0, 0)';

test('what is committed to the live store is on the views after the store says so', async () => {
  using folder = temporaryFolder();
  await using workspace = await openTestWorkspace(folder.path);
  const dir = `${folder.path}/store`;
  await using store = await runStore({ dir, port: 0, onCommit: () => workspace.committed() });
  using client = connect(store);
  await client.execute({ sql: insert, args: ['before', '2026-01-01'] });
  workspace.setLiveStore({ directory: dir, url: null, token: null });
  const [opened] = await workspace.open([{ kind: 'live' }], patience());
  expect(opened?.failure).toBeNull();
  await workspace.settled(patience());
  expect(await rowsOf(workspace, 'SELECT session_id FROM sessions')).toEqual([{ session_id: 'before' }]);
  const seen = appears(workspace, "SELECT 1 FROM sessions WHERE session_id = 'after'");
  await client.execute({ sql: insert, args: ['after', '2026-01-02'] });
  await seen;
});

test('a store opens by its directory and by its URL; a wrong token and a closed port say so', async () => {
  using folder = temporaryFolder();
  await using workspace = await openTestWorkspace(folder.path);
  const dir = `${folder.path}/x.db`;
  await using store = await runStore({ dir, port: 0 });
  using client = connect(store);
  await client.execute({ sql: insert, args: ['one', '2026-01-01'] });
  const results = await workspace.open(
    [
      { kind: 'path', path: dir },
      { kind: 'remote', url: store.url, token: store.readOnlyToken ?? undefined },
      { kind: 'remote', url: store.url, token: 'no.token.atall' },
      { kind: 'remote', url: 'http://127.0.0.1:9' },
      { kind: 'live' },
    ],
    patience(),
  );
  expect(results.map((result) => result.failure?.code ?? 'open')).toEqual([
    'open',
    'open',
    'SOURCE_UNREADABLE',
    'STORE_UNAVAILABLE',
    'STORE_UNAVAILABLE',
  ]);
  await workspace.settled(patience());
  expect(await rowsOf(workspace, 'SELECT session_id FROM sessions')).toEqual([
    { session_id: 'one' },
    { session_id: 'one' },
  ]);
});

test('a store that is written while it is read is counted whole: no row is left without its session', async () => {
  using folder = temporaryFolder();
  await using workspace = await openTestWorkspace(folder.path);
  const dir = `${folder.path}/store`;
  await using store = await runStore({ dir, port: 0, onCommit: () => workspace.committed() });
  workspace.setLiveStore({ directory: dir, url: null, token: null });
  const [opened] = await workspace.open([{ kind: 'live' }], patience());
  const signal = patience();
  await writeDemo({ url: store.url, token: store.token }, { signal, sessions: 60 });
  await workspace.refresh(opened?.sourceIds[0] ?? '');
  await workspace.settled(signal);
  using client = connect(store);
  const written = await client.execute(
    `SELECT (SELECT count(*) FROM session_timesteps) AS steps, (SELECT count(*) FROM events) AS events,
      (SELECT count(*) FROM messages) AS messages`,
  );
  const counted = await rowsOf(
    workspace,
    'SELECT sum(steps) AS steps, sum(events) AS events, sum(messages) AS messages FROM session_stats',
  );
  const [row] = written.rows;
  expect(counted).toEqual([
    { steps: String(row?.steps), events: String(row?.events), messages: String(row?.messages) },
  ]);
  expect(await rowsOf(workspace, 'SELECT 1 FROM keyed.events WHERE session_no IS NULL')).toEqual([]);
  const outcomes = await client.execute(
    "SELECT metadata->>'status' AS status, count(*) AS n FROM session_traces GROUP BY 1 ORDER BY 1",
  );
  expect(await rowsOf(workspace, 'SELECT status, count(*) AS n FROM sessions GROUP BY 1 ORDER BY 1')).toEqual(
    outcomes.rows.map(({ status, n }) => ({ status, n: String(n) })),
  );
});
