import {
  boundCalls,
  boundLatency,
  rollSessions,
  sumModels,
  sumUsage,
  sumUsageFine,
} from '../../../db/analytics/queries';
import { type Buckets, chooseBuckets, isOfSlots, toSlots } from './buckets';
import type { EngineContext } from './context';
import type { Implementer } from './implementer';
import { readLatency, readModelLatency, readModels } from './latency';
import { toCost } from './rows';
import { holdScope, resolveScope } from './scope';
import { toUsageSeries } from './usage-series';

const MOST_MODELS = 200;

/** `analytics.*`: charts over the LM calls and sessions of a scope. */
export function analyticsRouter(os: Implementer, context: EngineContext) {
  const { pool } = context;
  return {
    usage: os.analytics.usage.handler(async ({ input, signal }) => {
      using scope = await holdScope(context, input.scope);
      const bounds = only(await pool.run(boundCalls(scope), scope.bindings, { signal }));
      const buckets = bucketsOf(bounds, input.points);
      const usage = isOfSlots(buckets) ? sumUsage : sumUsageFine;
      const place = isOfSlots(buckets)
        ? toSlots(buckets)
        : { start_ms: buckets.startMs[0] ?? 0, bucket_ms: buckets.bucketMs };
      const rows = await pool.run(usage(scope), { ...scope.bindings, ...place }, { signal });
      return {
        ...buckets,
        ...toUsageSeries(rows, buckets.startMs.length),
        cost: toCost(bounds),
        undated: bounds.undated,
        provenance: {
          query: usage(scope.shown).sql,
          formula:
            'sums of total_tokens and cost_usd (totals of several calls included) and the number of LM calls, by bucket of occurred_at and model',
          n: bounds.calls,
        },
      };
    }),

    latency: os.analytics.latency.handler(async ({ input, signal }) => {
      using scope = await holdScope(context, input.scope);
      const bounds = only(await pool.run(boundLatency(scope), scope.bindings, { signal }));
      const buckets = bucketsOf(bounds, input.points);
      const latency = await readLatency(context, {
        scope,
        shown: scope.shown,
        buckets,
        calls: bounds.calls,
        signal,
      });
      const column = (at: number) => latency.quantilesAt.map((quantiles) => quantiles?.[at] ?? null);
      return {
        ...buckets,
        p50: column(0),
        p95: column(1),
        p99: column(2),
        max: [...latency.maxAt],
        provenance: { query: latency.query, formula: latency.formula, n: latency.n },
      };
    }),

    models: os.analytics.models.handler(async ({ input, signal }) => {
      using scope = await holdScope(context, input.scope);
      const rows = await readModels(context, scope, signal);
      const calls = rows.reduce((sum, row) => sum + row.calls, 0);
      const latency = await readModelLatency(context, { scope, calls, signal });
      return {
        models: rows.slice(0, MOST_MODELS).map((row) => {
          const [p50Ms = null, p95Ms = null, p99Ms = null] = latency.ofModel(row);
          return {
            model: row.model,
            provider: row.provider,
            calls: row.calls,
            inputTokens: row.input_tokens,
            outputTokens: row.output_tokens,
            cost: toCost(row),
            p50Ms,
            p95Ms,
            p99Ms,
            errors: row.errors,
          };
        }),
        provenance: {
          query: sumModels(scope.shown).sql,
          formula: `sums of the LM calls, totals of several included, by model and provider; ${latency.formula} by model`,
          n: calls,
        },
      };
    }),

    rolling: os.analytics.rolling.handler(async ({ input, signal }) => {
      const scope = await resolveScope(context, input.scope);
      const query = rollSessions(scope, input.measure);
      const rows = await pool.run(query, { ...scope.bindings, points: input.points }, { signal });
      const without = rows.find((row) => row.bucket === null)?.n ?? 0;
      const buckets = rows.flatMap((row) => (row.bucket === null ? [] : [{ ...row, bucket: row.bucket }]));
      const firstMs = buckets[0]?.first_ms ?? 0;
      const bucketMs = ((buckets[0]?.last_ms ?? 0) - firstMs + 1) / input.points;
      const sessions = buckets.reduce((sum, row) => sum + row.n, 0);
      return {
        startMs: buckets.map((row) => firstMs + row.bucket * bucketMs),
        bucketMs,
        n: buckets.map((row) => row.n),
        mean: buckets.map((row) => row.mean),
        p10: buckets.map((row) => row.band?.[0] ?? null),
        p90: buckets.map((row) => row.band?.[1] ?? null),
        min: buckets.map((row) => row.low),
        max: buckets.map((row) => row.high),
        rolling5: buckets.map((row) => row.rolling5),
        rolling10: buckets.map((row) => row.rolling10),
        session: buckets.map(({ source_id: sourceId, session_id: sessionId }) =>
          sourceId === null || sessionId === null ? null : { sourceId, sessionId },
        ),
        sessions,
        without,
        provenance: {
          query: query.sql,
          formula: `${input.measure} of each session in order of time; rolling n = mean of the last n sessions`,
          n: sessions,
        },
      };
    }),
  };
}

function only<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('A sum over calls gave no row.');
  return row;
}

interface Bounds {
  readonly first_ms: number | null;
  readonly last_ms: number | null;
}

function bucketsOf({ first_ms: first, last_ms: last }: Bounds, points: number): Buckets {
  return first === null || last === null ? { startMs: [], bucketMs: 1 } : chooseBuckets(first, last, points);
}
