import type { CallScope } from '../../../db/analytics/filter';
import {
  BIN_ERROR,
  bucketLatency,
  countBins,
  modelLatency,
  quantilesOfBins,
  readLatencyBins,
  sumModels,
} from '../../../db/analytics/queries';
import { type Buckets, isOfSlots, toSlots } from './buckets';
import type { EngineContext } from './context';

/** Scopes of no more calls than this get exact percentiles; larger ones are made from bins, within the budget of a chart. */
export const EXACT_CALLS = 50_000;
const SHARES = [0.5, 0.95, 0.99] as const;

export interface LatencyAt {
  readonly quantilesAt: readonly (readonly (number | null)[] | undefined)[];
  readonly maxAt: readonly (number | null)[];
  readonly n: number;
  readonly query: string;
  readonly formula: string;
}

export interface LatencyOfModels {
  readonly ofModel: (row: ModelRow) => readonly (number | null)[];
  readonly formula: string;
}

interface ScopeRequest {
  readonly scope: CallScope;
  /** LM calls of the scope, or a few more. */
  readonly calls: number;
  readonly signal: AbortSignal | undefined;
}

export interface LatencyRequest extends ScopeRequest {
  readonly buckets: Buckets;
  /** The scope as the provenance shows it. */
  readonly shown: CallScope;
}

export type ModelRow = Awaited<ReturnType<typeof readModels>>[number];

const exactFormula = 'quantile_cont of latency_ms (exact, interpolated)';
const binnedFormula =
  `percentiles of latency_ms ${BIN_ERROR} (counts in logarithmic bins, interpolated; exact up to ` +
  `${EXACT_CALLS.toLocaleString('en-US')} calls)`;

export function readModels({ pool }: EngineContext, scope: CallScope, signal: AbortSignal | undefined) {
  return pool.run(sumModels(scope), scope.bindings, { signal });
}

/** Percentiles by bucket: exact for few calls, else from counts in logarithmic bins. */
export function readLatency(context: EngineContext, request: LatencyRequest): Promise<LatencyAt> {
  const isBinned = request.calls > EXACT_CALLS && isOfSlots(request.buckets);
  return isBinned ? readBinned(context, request) : readExact(context, request);
}

/** Percentiles by model, made the same way. */
export async function readModelLatency(
  { pool }: EngineContext,
  { scope, calls, signal }: ScopeRequest,
): Promise<LatencyOfModels> {
  if (calls <= EXACT_CALLS) {
    const models = await pool.run(modelLatency(scope), scope.bindings, { signal });
    const named = new Map(models.map((row) => [nameOf(row), row.quantiles ?? []]));
    return { ofModel: (row) => named.get(nameOf(row)) ?? [], formula: exactFormula };
  }
  return { ofModel: (row) => quantilesOfBins(countBins(row.bins), SHARES), formula: binnedFormula };
}

async function readExact({ pool }: EngineContext, request: LatencyRequest): Promise<LatencyAt> {
  const { scope, buckets, signal } = request;
  const place = { start_ms: buckets.startMs[0] ?? 0, bucket_ms: buckets.bucketMs };
  const rows = await pool.run(bucketLatency(scope), { ...scope.bindings, ...place }, { signal });
  const rowOf = new Map(rows.map((row) => [row.bucket, row]));
  return {
    quantilesAt: buckets.startMs.map((_, at) => rowOf.get(at)?.quantiles ?? undefined),
    maxAt: buckets.startMs.map((_, at) => rowOf.get(at)?.max_ms ?? null),
    n: rows.reduce((sum, row) => sum + row.n, 0),
    query: bucketLatency(request.shown).sql,
    formula: `${exactFormula} by bucket of occurred_at; max is the slowest call`,
  };
}

async function readBinned({ pool }: EngineContext, request: LatencyRequest): Promise<LatencyAt> {
  const { scope, buckets, signal } = request;
  const bindings = { ...scope.bindings, ...toSlots(buckets) };
  const rows = await pool.run(readLatencyBins(scope), bindings, { signal });
  const rowOf = new Map(rows.map((row) => [row.bucket, row]));
  return {
    quantilesAt: buckets.startMs.map((_, at) => {
      const row = rowOf.get(at);
      return row && quantilesOfBins(countBins(row.bins), SHARES);
    }),
    maxAt: buckets.startMs.map((_, at) => rowOf.get(at)?.max_ms ?? null),
    n: rows.reduce((sum, row) => sum + row.n, 0),
    query: readLatencyBins(request.shown).sql,
    formula: `${binnedFormula} by bucket of occurred_at; max is the slowest call, exact`,
  };
}

function nameOf(row: { readonly model: string | null; readonly provider: string | null }): string {
  return JSON.stringify([row.model, row.provider]);
}
