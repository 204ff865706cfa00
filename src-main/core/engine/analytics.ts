import { boundCalls, bucketLatency, rollSessions, sumModels, sumUsage } from '../../../db/analytics/queries';
import { chooseBuckets } from './buckets';
import type { EngineContext } from './context';
import type { Implementer } from './implementer';
import { RememberedAnswers } from './remembered';
import { toCost } from './rows';
import { resolveScope } from './scope';
import { toUsageSeries } from './usage-series';

/** `analytics.*`: charts over the LM calls and sessions of a scope. */
export function analyticsRouter(os: Implementer, context: EngineContext) {
  const { pool } = context;
  const remembered = new RememberedAnswers();
  // An answer may be waited for by several windows: one that goes away does not cancel it, the engine's end does.
  const remember = <T>(name: string, input: unknown, make: () => Promise<T>): Promise<T> =>
    remembered.get(context.workspace.state().revision, `${name} ${JSON.stringify(input)}`, make);
  return {
    usage: os.analytics.usage.handler(({ input }) =>
      remember('usage', input, async () => {
        const scope = await resolveScope(context, input.scope);
        const [bounds] = await pool.run(boundCalls(scope), scope.bindings);
        const buckets =
          bounds?.first_ms == null || bounds.last_ms === null
            ? { startMs: [], bucketMs: 1 }
            : chooseBuckets(bounds.first_ms, bounds.last_ms, input.points);
        const query = sumUsage(scope);
        const place = { start_ms: buckets.startMs[0] ?? 0, bucket_ms: buckets.bucketMs };
        const rows = await pool.run(query, { ...scope.bindings, ...place });
        return {
          ...buckets,
          ...toUsageSeries(rows, buckets.startMs.length),
          undated: bounds?.undated ?? 0,
          provenance: {
            query: query.sql,
            formula:
              'sums of total_tokens and cost_usd and the number of LM calls, by bucket of occurred_at and model',
            n: bounds?.calls ?? 0,
          },
        };
      }),
    ),

    latency: os.analytics.latency.handler(({ input }) =>
      remember('latency', input, async () => {
        const scope = await resolveScope(context, input.scope);
        const models = pool.run(sumModels(scope), scope.bindings);
        const bucketed = readLatency(context, scope, input.points);
        const [byModel, chart] = await Promise.all([models, bucketed]);
        return {
          ...chart,
          models: byModel.map((row) => ({
            model: row.model,
            provider: row.provider,
            calls: row.calls,
            inputTokens: row.input_tokens,
            outputTokens: row.output_tokens,
            cost: toCost(row),
            p50Ms: row.quantiles?.[0] ?? null,
            p95Ms: row.quantiles?.[1] ?? null,
            p99Ms: row.quantiles?.[2] ?? null,
            errors: row.errors,
          })),
        };
      }),
    ),

    rolling: os.analytics.rolling.handler(({ input }) =>
      remember('rolling', input, async () => {
        const scope = await resolveScope(context, input.scope);
        const query = rollSessions(scope, input.measure);
        const rows = await pool.run(query, { ...scope.bindings, points: input.points });
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
    ),
  };
}

async function readLatency(
  context: EngineContext,
  scope: Awaited<ReturnType<typeof resolveScope>>,
  points: number,
) {
  const { pool } = context;
  const [bounds] = await pool.run(boundCalls(scope), scope.bindings);
  const buckets =
    bounds?.first_ms == null || bounds.last_ms === null
      ? { startMs: [], bucketMs: 1 }
      : chooseBuckets(bounds.first_ms, bounds.last_ms, points);
  const query = bucketLatency(scope);
  const place = { start_ms: buckets.startMs[0] ?? 0, bucket_ms: buckets.bucketMs };
  const rows = await pool.run(query, { ...scope.bindings, ...place });
  const rowOf = new Map(rows.map((row) => [row.bucket, row]));
  const column = (quantile: number) =>
    buckets.startMs.map((_, at) => rowOf.get(at)?.quantiles?.[quantile] ?? null);
  return {
    ...buckets,
    p50: column(0),
    p95: column(1),
    p99: column(2),
    max: buckets.startMs.map((_, at) => rowOf.get(at)?.max_ms ?? null),
    provenance: {
      query: query.sql,
      formula:
        'quantile_cont of latency_ms (exact, interpolated) by bucket of occurred_at; max is the slowest call',
      n: rows.reduce((sum, row) => sum + row.n, 0),
    },
  };
}
