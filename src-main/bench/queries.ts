import type { createRouterClient } from '@orpc/server';
import type { SessionRef } from '../contract';
import type { DataRouter } from '../core/engine';

export type DataClient = ReturnType<typeof createRouterClient<DataRouter, Record<never, never>>>;

/** One procedure as a screen calls it. */
export interface BenchQuery {
  readonly name: string;
  /** `at` counts the runs: charts ask for other `points` each time, else a remembered answer would be measured instead of the query. */
  run(client: DataClient, ref: SessionRef, at: number): Promise<unknown>;
}

const all = {};
const filtered = { q: 'model:gpt-5 cost>0.01' };
const newest = { key: 'created', descending: true } as const;

/** Every list page, chart and detail query that a screen asks for. */
export const benchQueries: readonly BenchQuery[] = [
  { name: 'sessions.list', run: (client) => client.sessions.list({ scope: all, sort: newest }) },
  {
    name: 'sessions.list, last page',
    run: (client) => client.sessions.list({ scope: all, sort: newest, offset: 19_900 }),
  },
  {
    name: 'sessions.list by cost',
    run: (client) => client.sessions.list({ scope: all, sort: { key: 'cost', descending: true } }),
  },
  {
    name: 'sessions.list, filtered',
    run: (client) => client.sessions.list({ scope: filtered, sort: newest }),
  },
  {
    name: 'sessions.neighbours',
    run: (client, ref) => client.sessions.neighbours({ scope: all, sort: newest, ref }),
  },
  { name: 'sessions.totals', run: (client) => client.sessions.totals({ scope: all }) },
  { name: 'sessions.histogram', run: (client) => client.sessions.histogram({ scope: all }) },
  {
    name: 'sessions.facets',
    run: (client) =>
      client.sessions.facets({ scope: all, fields: ['source', 'kind', 'status', 'model', 'experiment'] }),
  },
  { name: 'session.get', run: (client, ref) => client.session.get({ ref }) },
  { name: 'session.transcript', run: (client, ref) => client.session.transcript({ ref }) },
  {
    name: 'session.find',
    run: (client, ref) => client.session.find({ ref, what: { kind: 'text', text: 'coal' } }),
  },
  { name: 'session.timeline', run: (client, ref) => client.session.timeline({ ref }) },
  { name: 'session.costs', run: (client, ref) => client.session.costs({ ref }) },
  { name: 'session.convergence', run: (client, ref) => client.session.convergence({ ref }) },
  { name: 'session.rows', run: (client, ref) => client.session.rows({ ref, table: 'events' }) },
  {
    name: 'analytics.usage',
    run: (client, _ref, at) => client.analytics.usage({ scope: all, points: 200 + at }),
  },
  {
    name: 'analytics.usage, filtered',
    run: (client, _ref, at) => client.analytics.usage({ scope: filtered, points: 200 + at }),
  },
  {
    name: 'analytics.latency',
    run: (client, _ref, at) => client.analytics.latency({ scope: all, points: 200 + at }),
  },
  {
    name: 'analytics.latency, filtered',
    run: (client, _ref, at) => client.analytics.latency({ scope: filtered, points: 200 + at }),
  },
  {
    name: 'analytics.rolling',
    run: (client, _ref, at) => client.analytics.rolling({ scope: all, measure: 'reward', points: 200 + at }),
  },
];

/** The 95th percentile of some runs, in milliseconds, each about another session. */
export async function measureQuery(
  query: BenchQuery,
  client: DataClient,
  refs: readonly SessionRef[],
): Promise<number> {
  const times: number[] = [];
  for (const [at, ref] of refs.entries()) {
    const started = performance.now();
    await query.run(client, ref, at);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  return times[Math.ceil(times.length * 0.95) - 1] ?? Number.NaN;
}
