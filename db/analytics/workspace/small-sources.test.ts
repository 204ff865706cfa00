import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { dialectB, makeSqlite, openTestWorkspace, patience, rowsOf, temporaryFolder } from './fixture';
import type { Workspace } from './types';

const RUNS = 7;

const call = (session: string, model: string) =>
  `INSERT INTO events(session_id, event_type, model_name, input_tokens, output_tokens, total_tokens) VALUES ('${session}', 'cais', '${model}', 10, 5, 15)`;

/** All of them have a session of the same name, and run N has N + 1 calls. */
const runOf = (nth: number) => [
  ...dialectB,
  "INSERT INTO session_traces(session_id) VALUES ('run')",
  ...Array.from({ length: nth + 1 }, (_, at) => call('run', at % 2 === 0 ? `model-${nth % 3}` : 'other')),
];

const counted = z.array(
  z.object({ name: z.string(), events: z.number(), listed: z.number(), charted: z.number() }),
);

/** By source: its calls as rows, in the list and in charts. */
async function callsOf(workspace: Workspace): Promise<Record<string, number>> {
  const sql = `SELECT source_id AS name, (SELECT count(*) FROM events e WHERE e.source_id = s.source_id)::INTEGER AS events,
    (SELECT sum(lm_calls) FROM session_stats t WHERE t.source_id = s.source_id)::INTEGER AS listed,
    (SELECT sum(u.calls) FROM keyed.call_usage u JOIN keyed.sessions k USING (session_key)
      WHERE k.source_id = s.source_id)::INTEGER AS charted FROM sessions s`;
  const names = new Map(workspace.state().sources.map(({ sourceId, name }) => [sourceId, name]));
  const rows = counted.parse(await rowsOf(workspace, sql));
  for (const { events, listed, charted } of rows) expect([listed, charted]).toEqual([events, events]);
  return Object.fromEntries(rows.map(({ name, events }) => [names.get(name) ?? name, events]));
}

test('many small databases of a folder are one list; each changes, goes, is replaced and comes back by itself', async () => {
  await using folder = await temporaryFolder();
  const runs = join(folder.path, 'runs');
  await mkdir(runs);
  const nameOf = (nth: number) => `run-${String(nth).padStart(2, '0')}.db`;
  for (let nth = 0; nth < RUNS; nth += 1) makeSqlite(join(runs, nameOf(nth)), runOf(nth)).close();
  const own = join(folder.path, 'own.db');
  makeSqlite(own, runOf(0)).close();
  await using workspace = await openTestWorkspace(folder.path, { ownMirrors: RUNS - 1 });
  await workspace.open([{ kind: 'path', path: own }], patience());
  const [opened] = await workspace.open([{ kind: 'path', path: runs }], patience());
  expect(opened).toMatchObject({ failure: null, failures: [], unknownFiles: null });
  await workspace.settled(patience());
  const idOf = (nth: number) =>
    workspace.state().sources.find(({ name }) => name === nameOf(nth))?.sourceId ?? '';
  const each = Array.from({ length: RUNS }, (_, nth) => [nameOf(nth), nth + 1] as const);
  const expected = Object.fromEntries([['own.db', 1] as const, ...each]);
  expect(await callsOf(workspace)).toEqual(expected);
  const [models] = await rowsOf(workspace, 'SELECT count(DISTINCT model) AS n FROM keyed.call_models');
  expect(models).toEqual({ n: '4' });
  const mirrors = await rowsOf(
    workspace,
    "SELECT count(*) AS n FROM duckdb_databases() WHERE database_name LIKE 'mirror%'",
  );
  expect(mirrors).toEqual([{ n: '2' }]);

  makeSqlite(join(runs, nameOf(3)), [call('run', 'other')]).close();
  await workspace.refresh(idOf(3));
  expect(await callsOf(workspace)).toEqual({ ...expected, [nameOf(3)]: 5 });

  await rm(join(runs, nameOf(4)));
  makeSqlite(join(runs, nameOf(4)), runOf(0)).close();
  await workspace.refresh(idOf(4));
  expect(await callsOf(workspace)).toEqual({ ...expected, [nameOf(3)]: 5, [nameOf(4)]: 1 });

  await rm(join(runs, nameOf(5)));
  await workspace.refresh(idOf(5));
  expect(workspace.state().sources.find(({ name }) => name === nameOf(5))?.state).toBe('away');
  expect(await callsOf(workspace)).toMatchObject({ [nameOf(5)]: 6 });

  await workspace.close(idOf(6));
  const { [nameOf(6)]: closed, ...others } = { ...expected, [nameOf(3)]: 5, [nameOf(4)]: 1 };
  expect(await callsOf(workspace)).toEqual(others);
  await workspace.open([{ kind: 'path', path: join(runs, nameOf(6)) }], patience());
  await workspace.settled(patience());
  expect(await callsOf(workspace)).toEqual({ ...others, [nameOf(6)]: closed });
});
