import { createRouterClient } from '@orpc/server';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { inlineScope } from '../../../db/analytics/filter';
import {
  boundCalls,
  boundLatency,
  bucketLatency,
  modelLatency,
  sumUsage,
  sumUsageFine,
} from '../../../db/analytics/queries';
import { openFixture } from '../../../db/analytics/queries/fixture';
import { ConnectionPool, figureOrNull, statement } from '../../../db/duckdb';
import { Jobs } from '../jobs';
import { EXACT_CALLS } from './latency';
import { createDataRouter } from './router';

/** More calls than percentiles are exact for: 200 sessions of 300 calls over three days, three models, latencies over five decades. */
const manyCalls = `
INSERT INTO sessions (source_id, session_id, kind, status, created_at)
SELECT 'a', 's' || range, 'session', 'completed', TIMESTAMP '2026-01-01' + INTERVAL (range * 20) MINUTE FROM range(200);
INSERT INTO session_stats (source_id, session_id, cost_usd, models) SELECT 'a', 's' || range, range / 100.0, ['m0'] FROM range(200);
INSERT INTO events (source_id, event_key, session_id, event_type, occurred_at, model, provider, input_tokens, total_tokens, cost_usd, cost_basis, latency_ms)
SELECT 'a', range, 's' || range // 300, 'cais', TIMESTAMP '2026-01-01' + INTERVAL (range * 4) SECOND, 'm' || range % 3, NULL, range % 900,
  range % 1000, range % 7 / 100.0, CASE range % 2 WHEN 0 THEN 'reported' ELSE 'priced' END, exp(hash(range) % 1000 / 80.0)
FROM range(60000)`;
const everything = inlineScope({ sql: 'TRUE', bindings: {} });

test.each([
  ['everything', ''],
  ['a filter', 'cost>0.1'],
])(
  'percentiles of many calls are within 1 % of the exact ones, the slowest call exact: %s',
  async (_name, q) => {
    await using workspace = await openFixture(manyCalls);
    await using pool = new ConnectionPool(() => workspace.connect());
    const client = createRouterClient(createDataRouter(workspace, new Jobs()));
    const found = await client.analytics.latency({ scope: { q }, points: 40 });
    expect(found.provenance.n).toBeGreaterThan(EXACT_CALLS);
    expect(found.provenance.formula).toContain('±1 %');
    const expensive = { sql: 't.cost_usd > $least', bindings: { least: 0.1 } };
    const scope = q === '' ? everything : inlineScope(expensive);
    const place = { start_ms: found.startMs[0] ?? 0, bucket_ms: found.bucketMs };
    const exact = await pool.run(bucketLatency(scope), { ...scope.bindings, ...place });
    expect(exact.length).toBeGreaterThan(20);
    for (const { bucket, quantiles, max_ms: most } of exact) {
      for (const [at, column] of [found.p50, found.p95, found.p99].entries()) {
        const wanted = quantiles?.[at] ?? Number.NaN;
        expect(Math.abs((column[bucket] ?? Number.NaN) - wanted)).toBeLessThanOrEqual(wanted * 0.01);
      }
      expect(found.max[bucket]).toBe(most);
    }
    const models = await pool.run(modelLatency(scope), scope.bindings);
    const table = await client.analytics.models({ scope: { q } });
    for (const { model, quantiles } of models) {
      const one = table.models.find((row) => row.model === model);
      for (const [at, value] of [one?.p50Ms, one?.p95Ms, one?.p99Ms].entries()) {
        const wanted = quantiles?.[at] ?? Number.NaN;
        expect(Math.abs((value ?? Number.NaN) - wanted)).toBeLessThanOrEqual(wanted * 0.01);
      }
    }
  },
);

test('sums from the roll-up are those of the calls themselves', async () => {
  await using workspace = await openFixture(manyCalls);
  await using pool = new ConnectionPool(() => workspace.connect());
  const slots = await pool.run(sumUsage(everything), { start_slot: 0, slots: 12 });
  const calls = await pool.run(sumUsageFine(everything), { start_ms: 0, bucket_ms: 3_600_000 });
  const sorted = (rows: typeof slots) =>
    rows.map((row) => JSON.stringify({ ...row, ...rounded(row) })).sort();
  expect(sorted(slots)).toEqual(sorted(calls));
  expect(slots.length).toBeGreaterThan(100);
  const [bounds] = await pool.run(boundCalls(everything), {});
  expect(bounds?.calls).toBe(60_000);
  const [ofLatency] = await pool.run(boundLatency(everything), {});
  expect(bounds).toMatchObject(ofLatency ?? { calls: Number.NaN });
  const [sums] = await pool.run(costOfCalls, {});
  expect(rounded({ ...bounds })).toMatchObject(rounded({ ...sums }));
});

/** The same sums without a roll-up. */
const costOfCalls = statement({
  name: 'test.cost-of-calls',
  sql: `SELECT sum(cost_usd) AS cost_usd, sum(cost_usd) FILTER (cost_basis = 'priced') AS cost_priced_usd,
    sum(cost_usd) FILTER (cost_basis = 'reported') AS cost_reported_usd,
    nullif(count(*) FILTER (cost_basis = 'reported'), 0) AS calls_reported,
    nullif(count(*) FILTER (cost_basis = 'reported_rounded'), 0) AS calls_rounded,
    nullif(count(*) FILTER (cost_basis = 'priced'), 0) AS calls_priced, nullif(count(*) FILTER (cost_basis = 'unpriced'), 0) AS calls_unpriced
    FROM keyed.events WHERE event_type = 'cais'`,
  params: z.object({}),
  row: z.record(z.string(), figureOrNull),
});

/** Sums of doubles depend on their order in the last digits. */
function rounded(row: Record<string, unknown>) {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]) => [
      name,
      typeof value === 'number' ? Number(value.toPrecision(9)) : value,
    ]),
  );
}
