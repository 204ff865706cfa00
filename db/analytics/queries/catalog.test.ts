import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConnectionPool } from '../../duckdb';
import { type CallScope, compileScope, inlineScope, type Predicate, Scopes } from '../filter';
import { openFixture } from './fixture';
import * as queries from './index';

const everything: Predicate = { sql: 'TRUE', bindings: {} };
const filtered = compileScope(
  {
    terms: [
      { kind: 'match', field: 'model', values: ['gpt'], isExact: false, negated: false, start: 0, end: 1 },
    ],
    sourceIds: ['a'],
    fromUs: 0n,
    toUs: 4_000_000_000_000_000n,
    sessions: [{ sourceId: 'a', sessionId: 's1' }],
  },
  { sourcesNamed: () => [], searchOf: () => undefined },
);

const place = { source_id: 'a', session_no: 1n };
const buckets = { start_ms: 0, bucket_ms: 3_600_000 };
const slots = { start_slot: 0, slots: 12 };
const rawTables = [
  'sessions',
  'timesteps',
  'events',
  'event_payloads',
  'messages',
  'rewards',
  'turn_metrics',
  'spans',
  'state_patches',
] as const;
const fields = ['source', 'kind', 'status', 'model', 'provider', 'system', 'experiment'] as const;
const figures = ['tokens', 'cost', 'reward', 'duration', 'errors', 'steps'] as const;

test.each([
  ['everything', everything],
  ['a filter', filtered],
])('every statement about a scope runs and its rows are as promised: %s', async (_name, scope) => {
  await using workspace = await openFixture();
  await using pool = new ConnectionPool(() => workspace.connect());
  const bound = scope.bindings;
  for (const key of queries.sessionOrderKeys) {
    for (const descending of [true, false]) {
      const rows = await pool.run(queries.listSessions(scope, { key, descending }), {
        ...bound,
        limit: 9,
        offset: 0,
      });
      expect(rows.length).toBeGreaterThan(0);
      const one = { ...bound, source_id: 'a', session_id: 's1' };
      expect(await pool.run(queries.findNeighbours(scope, { key, descending }), one)).toHaveLength(1);
    }
  }
  const facets = await pool.run(queries.countFacets(scope), { ...bound, fields: [...fields], limit: 9 });
  expect(new Set(facets.map((row) => row.field))).toEqual(new Set(fields));
  for (const name of figures) expect(await pool.run(queries.countFigure(scope, name), bound)).toHaveLength(1);
  expect(await pool.run(queries.countSessions(scope), bound)).toHaveLength(1);
  expect(await pool.run(queries.sumSessions(scope), bound)).toHaveLength(1);
  expect(await pool.run(queries.bucketSessions(scope), { ...bound, buckets: 5 })).not.toEqual([]);
  for (const measure of ['reward', 'convergence'] as const) {
    const rows = await pool.run(queries.rollSessions(scope, measure), { ...bound, points: 5 });
    expect(rows).not.toEqual([]);
  }
});

test.each([
  ['everything', everything],
  ['a filter', filtered],
])(
  'every chart over calls says the same of a kept scope as with the condition in its place: %s',
  async (_name, scope) => {
    await using workspace = await openFixture();
    await using pool = new ConnectionPool(() => workspace.connect());
    using held = await new Scopes(pool).hold(scope, 1);
    expect(held.isBounded).toBe(scope !== everything);
    const answers = async (one: CallScope) => {
      const bound = one.bindings;
      return [
        await pool.run(queries.boundCalls(one), bound),
        await pool.run(queries.boundLatency(one), bound),
        await pool.run(queries.sumUsage(one), { ...bound, ...slots }),
        await pool.run(queries.sumUsageFine(one), { ...bound, ...buckets }),
        await pool.run(queries.readLatencyBins(one), { ...bound, ...slots }),
        await pool.run(queries.modelLatency(one), bound),
        await pool.run(queries.bucketLatency(one), { ...bound, ...buckets }),
        await pool.run(queries.sumModels(one), bound),
      ].map((rows) => new Set(rows.map(withCounts)));
    };
    const found = await answers(held);
    for (const rows of found) expect(rows.size).toBeGreaterThan(0);
    expect(found).toEqual(await answers(inlineScope(scope)));
  },
);

/** The calls of a group come in any order. */
function withCounts(row: object): object {
  return 'bins' in row && row.bins instanceof Uint8Array
    ? { ...row, bins: queries.countBins(row.bins) }
    : row;
}

test('every statement about a session runs on a session with nothing in it', async () => {
  await using workspace = await openFixture();
  await using pool = new ConnectionPool(() => workspace.connect());
  const nothing = { source_id: 'a', session_no: 99n };
  for (const table of rawTables) {
    expect(await pool.run(queries.rawRows(table), { ...nothing, limit: 1, offset: 0 })).toEqual([]);
    expect(await pool.run(queries.rawCount(table), nothing)).toEqual([{ total: 0 }]);
    expect(
      (await pool.run(queries.rawRows(table), { ...place, limit: 1, offset: 0 })).length,
    ).toBeLessThanOrEqual(1);
  }
  expect(await pool.run(queries.costsByModel, nothing)).toEqual([]);
  expect(await pool.run(queries.rewardSeries, nothing)).toEqual([]);
  expect(await pool.run(queries.scoreSeries, nothing)).toEqual([]);
  expect(await pool.run(queries.spokenMessages, nothing)).toEqual([]);
  expect(await pool.run(queries.transcriptItems, nothing)).toEqual([]);
  expect(
    await pool.run(queries.timelineBars, { ...nothing, from_ms: null, to_ms: null, limit: 5 }),
  ).toMatchObject([{ kind: null, timed: 0 }]);
});

test('each .sql file says what it is for', async () => {
  const { readFileSync } = await import('node:fs');
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.sql'),
  );
  for (const name of files)
    expect(readFileSync(join(import.meta.dirname, name), 'utf8'), name).toMatch(/^-- \S/);
  expect(files.length).toBeGreaterThan(30);
});
