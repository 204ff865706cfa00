import type { Predicate } from '../../../db/analytics/filter';
import {
  BIN_ERROR,
  type BinCounts,
  bucketLatency,
  countLatencyBins,
  findSlowest,
  modelLatency,
  quantilesOfBins,
  sumModels,
} from '../../../db/analytics/queries';
import { type Buckets, isOfSlots, toSlots } from './buckets';
import type { EngineContext } from './context';

/** Scopes of no more calls than this get exact percentiles; larger ones are made from bins, within the budget of a chart. */
export const EXACT_CALLS = 50_000;
const SHARES = [0.5, 0.95, 0.99] as const;

export interface Latency {
  readonly quantilesAt: readonly (readonly (number | null)[] | undefined)[];
  readonly maxAt: readonly (number | null)[];
  readonly ofModel: (row: ModelRow) => readonly (number | null)[];
  readonly query: string;
  readonly formula: string;
}

export interface LatencyRequest {
  readonly scope: Predicate;
  readonly buckets: Buckets;
  readonly latencies: number;
  readonly signal: AbortSignal | undefined;
}

export type ModelRow = Awaited<ReturnType<typeof readModels>>[number];

export function readModels({ pool }: EngineContext, scope: Predicate, signal: AbortSignal | undefined) {
  return pool.run(sumModels(scope), scope.bindings, { signal });
}

/** Percentiles by bucket and by model: exact for few calls, else from counts in logarithmic bins. */
export function readLatency(context: EngineContext, request: LatencyRequest): Promise<Latency> {
  const isBinned = request.latencies > EXACT_CALLS && isOfSlots(request.buckets);
  return isBinned ? readBinned(context, request) : readExact(context, request);
}

async function readExact({ pool }: EngineContext, request: LatencyRequest): Promise<Latency> {
  const { scope, buckets, signal } = request;
  const query = bucketLatency(scope);
  const place = { start_ms: buckets.startMs[0] ?? 0, bucket_ms: buckets.bucketMs };
  const [rows, models] = await Promise.all([
    pool.run(query, { ...scope.bindings, ...place }, { signal }),
    pool.run(modelLatency(scope), scope.bindings, { signal }),
  ]);
  const rowOf = new Map(rows.map((row) => [row.bucket, row]));
  const named = new Map(models.map((row) => [nameOf(row), row.quantiles ?? []]));
  return {
    quantilesAt: buckets.startMs.map((_, at) => rowOf.get(at)?.quantiles ?? undefined),
    maxAt: buckets.startMs.map((_, at) => rowOf.get(at)?.max_ms ?? null),
    ofModel: (row) => named.get(nameOf(row)) ?? [],
    query: query.sql,
    formula:
      'quantile_cont of latency_ms (exact, interpolated) by bucket of occurred_at; max is the slowest call',
  };
}

async function readBinned({ pool }: EngineContext, request: LatencyRequest): Promise<Latency> {
  const { scope, buckets, signal } = request;
  const query = countLatencyBins(scope);
  const bindings = { ...scope.bindings, ...toSlots(buckets) };
  const [rows, slowest] = await Promise.all([
    pool.run(query, bindings, { signal }),
    pool.run(findSlowest(scope), bindings, { signal }),
  ]);
  const ofBucket = new Map<number, BinCounts>();
  const ofModelNo = new Map<number, BinCounts>();
  for (const row of rows) {
    if (row.model_no !== null) ofModelNo.set(row.model_no, row);
    else if (row.bucket !== null) ofBucket.set(row.bucket, row);
  }
  const maxOf = new Map(slowest.map((row) => [row.bucket, row.max_ms]));
  return {
    quantilesAt: buckets.startMs.map((_, at) => {
      const counts = ofBucket.get(at);
      return counts && quantilesOfBins(counts, SHARES);
    }),
    maxAt: buckets.startMs.map((_, at) => maxOf.get(at) ?? null),
    ofModel: (row) => quantilesOfBins(joined(row.model_nos.map((no) => ofModelNo.get(no))), SHARES),
    query: query.sql,
    formula:
      `percentiles of latency_ms ${BIN_ERROR} (counts in logarithmic bins, interpolated; exact up to ` +
      `${EXACT_CALLS.toLocaleString('en-US')} calls) by bucket of occurred_at; max is the slowest call, exact`,
  };
}

function nameOf(row: { readonly model: string | null; readonly provider: string | null }): string {
  return JSON.stringify([row.model, row.provider]);
}

function joined(all: readonly (BinCounts | undefined)[]): BinCounts {
  return {
    bins: all.flatMap((one) => one?.bins ?? []),
    counts: all.flatMap((one) => one?.counts ?? []),
  };
}
