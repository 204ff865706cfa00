import { z } from 'zod';
import { type Bindings, figureOrNull, integer, statement } from '../../../duckdb';
import type { CallScope, Predicate } from '../../filter';
import { costColumns } from '../cost';
import { fillTemplate } from '../template';
import boundsSql from './bounds.sql?raw';
import latencyBinsSql from './latency-bins.sql?raw';
import latencyBoundsSql from './latency-bounds.sql?raw';
import latencyExactSql from './latency-exact.sql?raw';
import latencyExactModelsSql from './latency-exact-models.sql?raw';
import modelsSql from './models.sql?raw';
import rollingSql from './rolling.sql?raw';
import usageSql from './usage.sql?raw';
import usageFineSql from './usage-fine.sql?raw';

const scoped = z.record(z.string(), z.custom<Bindings[string]>());
const quantiles = z.array(z.number().nullable()).nullable();

/** Rows of the roll-up whose session is in the scope; no join when the scope is everything. A session is one row, so it multiplies nothing. */
function calls(scope: CallScope): string {
  if (scope.relation === undefined) return 'keyed.call_usage u';
  return `keyed.call_usage u JOIN ${scope.relation} c ON c.session_key = u.session_key${within(scope, 'u')}`;
}

function eventScope(scope: CallScope): string {
  if (scope.relation === undefined) return 'TRUE';
  return `e.session_key IN (SELECT c.session_key FROM ${scope.relation} c)${within(scope, 'e')}`;
}

/** Bounds that need no join: DuckDB skips what lies outside them. */
function within({ isBounded }: CallScope, table: string): string {
  return isBounded ? ` AND ${table}.session_no BETWEEN $lowest_no AND $highest_no` : '';
}

const boundsRow = z.object({
  first_ms: integer.nullable(),
  last_ms: integer.nullable(),
  calls: integer,
});

export function boundCalls(scope: CallScope) {
  return statement({
    name: 'analytics.bounds',
    sql: fillTemplate(boundsSql, { calls: calls(scope) }),
    params: scoped,
    row: boundsRow.extend({ undated: integer, ...costColumns }),
  });
}

export function boundLatency(scope: CallScope) {
  return statement({
    name: 'analytics.latency-bounds',
    sql: fillTemplate(latencyBoundsSql, { calls: calls(scope) }),
    params: scoped,
    row: boundsRow,
  });
}

const usageRow = z.object({
  bucket: integer.nullable(),
  model: z.string().nullable(),
  calls: integer,
  tokens: figureOrNull,
  cost_usd: figureOrNull,
});

export function sumUsage(scope: CallScope) {
  return statement({
    name: 'analytics.usage',
    sql: fillTemplate(usageSql, { calls: calls(scope) }),
    params: scoped,
    row: usageRow,
  });
}

export function sumUsageFine(scope: CallScope) {
  return statement({
    name: 'analytics.usage-fine',
    sql: fillTemplate(usageFineSql, { scope: eventScope(scope) }),
    params: scoped,
    row: usageRow,
  });
}

const bins = z.instanceof(Uint8Array).nullable();

export function readLatencyBins(scope: CallScope) {
  return statement({
    name: 'analytics.latency-bins',
    sql: fillTemplate(latencyBinsSql, { calls: calls(scope) }),
    params: scoped,
    row: z.object({ bucket: integer, bins, max_ms: figureOrNull, n: integer }),
  });
}

export function bucketLatency(scope: CallScope) {
  return statement({
    name: 'analytics.latency-exact',
    sql: fillTemplate(latencyExactSql, { scope: eventScope(scope) }),
    params: scoped,
    row: z.object({ bucket: integer, quantiles, max_ms: figureOrNull, n: integer }),
  });
}

export function modelLatency(scope: CallScope) {
  return statement({
    name: 'analytics.latency-exact-models',
    sql: fillTemplate(latencyExactModelsSql, { scope: eventScope(scope) }),
    params: scoped,
    row: z.object({ model: z.string().nullable(), provider: z.string().nullable(), quantiles }),
  });
}

export function sumModels(scope: CallScope) {
  return statement({
    name: 'analytics.models',
    sql: fillTemplate(modelsSql, { calls: calls(scope) }),
    params: scoped,
    row: z.object({
      model: z.string().nullable(),
      provider: z.string().nullable(),
      calls: integer,
      input_tokens: figureOrNull,
      output_tokens: figureOrNull,
      errors: integer,
      bins,
      first_ms: integer.nullable(),
      last_ms: integer.nullable(),
      ...costColumns,
    }),
  });
}

const MEASURES = { reward: 't.reward AS value', convergence: 'c.score AS value' } as const;
export type Measure = keyof typeof MEASURES;

export function rollSessions(scope: Predicate, measure: Measure) {
  return statement({
    name: `analytics.rolling.${measure}`,
    sql: fillTemplate(rollingSql, { scope: scope.sql, measure: MEASURES[measure] }),
    params: scoped,
    row: z.object({
      bucket: integer.nullable(),
      first_ms: integer.nullable(),
      last_ms: integer.nullable(),
      n: integer,
      mean: figureOrNull,
      band: quantiles,
      low: figureOrNull,
      high: figureOrNull,
      rolling5: figureOrNull,
      rolling10: figureOrNull,
      source_id: z.string().nullable(),
      session_id: z.string().nullable(),
    }),
  });
}
