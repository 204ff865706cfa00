import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { makeJunjoDuckdb } from '../../testing/junjo-duckdb/make-junjo-duckdb';
import { makePidginDuckdb } from '../../testing/pidgin-duckdb/make-pidgin-duckdb';
import { carriedRuns } from '../../testing/pidgin-runs';
import { writeSmallDocuments } from '../../testing/small-documents';
import { exportTracingV2Parquet, makeTracingV2 } from '../../testing/tracing-v2/make-tracing-v2';
import { dialectB, makeSqlite, openTestWorkspace, patience, rowsOf, temporaryFolder } from './fixture';

/** Ten sources of nine formats, as one folder. */
async function makeEverything(folder: string): Promise<string> {
  const all = join(folder, 'everything');
  await mkdir(join(all, 'store.sqld/dbs/default'), { recursive: true });
  const v3 = [
    ...dialectB,
    "INSERT INTO session_traces(session_id) VALUES ('s1')",
    "INSERT INTO events(session_id, event_type, model_name, input_tokens, output_tokens) VALUES ('s1', 'cais', 'gpt-5', 10, 5)",
  ];
  makeSqlite(join(all, 'agent.db'), v3).close();
  makeSqlite(join(all, 'store.sqld/dbs/default/data'), v3).close();
  await makeTracingV2(join(all, 'v2.duckdb'), { sessions: 2, isPlain: true });
  await exportTracingV2Parquet(join(all, 'v2.duckdb'), join(all, 'v2-export'));
  await makePidginDuckdb(join(all, 'experiments.duckdb'));
  await makeJunjoDuckdb(join(all, 'junjo.duckdb'));
  await cp(carriedRuns, join(all, 'runs'), { recursive: true });
  await writeSmallDocuments(all);
  return all;
}

const perSource = `SELECT source_id, count(*) AS sessions, (SELECT count(*) FROM events e WHERE e.source_id = s.source_id) AS events
  FROM sessions s GROUP BY source_id ORDER BY source_id`;
const counted = z.array(
  z.object({ source_id: z.string(), sessions: z.coerce.number(), events: z.coerce.number() }),
);

test('ten sources of different formats are one list and one chart; closing one removes just its rows', async () => {
  await using folder = await temporaryFolder();
  const all = await makeEverything(folder.path);
  await using workspace = await openTestWorkspace(folder.path);
  const [opened] = await workspace.open([{ kind: 'path', path: all }], patience());
  await workspace.settled(patience());
  expect(opened).toMatchObject({ failure: null, failures: [], unknownFiles: null });
  const { sources } = workspace.state();
  expect(sources.map(({ format }) => format).sort()).toEqual([
    'claude-code',
    'junjo',
    'otlp',
    'pidgin',
    'pidgin-duckdb',
    'sqld',
    'tau-bench',
    'tracing-v2',
    'tracing-v2',
    'tracing-v3',
  ]);
  expect(sources.map(({ error }) => error)).toEqual(sources.map(() => null));

  const before = counted.parse(await rowsOf(workspace, perSource));
  expect(before).toHaveLength(10);
  expect(before.every(({ sessions }) => sessions > 0)).toBe(true);
  // What lists and charts read agrees with the rows, over all sources at once.
  const sums = `SELECT (SELECT sum(total_tokens) FROM events) AS tokens,
    (SELECT sum(total_tokens) FROM session_stats) AS listed, (SELECT sum(calls) FROM keyed.call_usage) AS charted,
    (SELECT sum(total_tokens) FROM keyed.call_usage) AS charted_tokens,
    (SELECT count(*) FROM events WHERE event_type = 'cais') AS calls`;
  const [sum] = z.array(z.record(z.string(), z.coerce.number())).parse(await rowsOf(workspace, sums));
  expect(sum?.listed).toBe(sum?.tokens);
  expect(sum?.charted_tokens).toBe(sum?.tokens);
  expect(sum?.charted).toBe(sum?.calls);

  for (const { sourceId } of sources) {
    await workspace.close(sourceId);
    const open = new Set(workspace.state().sources.map((source) => source.sourceId));
    expect(counted.parse(await rowsOf(workspace, perSource))).toEqual(
      before.filter((row) => open.has(row.source_id)),
    );
  }
});
