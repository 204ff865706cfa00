import { z } from 'zod';
import { type Bindings, figureOrNull, integer, statement } from '../../../duckdb';
import type { Predicate } from '../../filter';
import { costColumns } from '../cost';
import { fillTemplate } from '../template';
import boundsSql from './bounds.sql?raw';
import latencyBinsSql from './latency-bins.sql?raw';
import latencyExactSql from './latency-exact.sql?raw';
import latencyExactModelsSql from './latency-exact-models.sql?raw';
import latencyModelBinsSql from './latency-model-bins.sql?raw';
import latencyMostSql from './latency-most.sql?raw';
import modelsSql from './models.sql?raw';
import rollingSql from './rolling.sql?raw';
import usageSql from './usage.sql?raw';
import usageFineSql from './usage-fine.sql?raw';

const scoped = z.record(z.string(), z.custom<Bindings[string]>());
const quantiles = z.array(z.number().nullable()).nullable();

/** The sessions of the scope, under one number each across sources. */
function chosen(scope: Predicate): string {
  return `SELECT s.session_key FROM keyed.sessions s
    LEFT JOIN keyed.session_stats t ON t.source_id = s.source_id AND t.session_no = s.session_no
    WHERE ${scope.sql}`;
}

/** Rows of a roll-up whose session is in the scope; no join when the scope is everything. A session is one row, so it multiplies nothing. */
function rollUp(table: 'call_usage u' | 'call_latencies l', scope: Predicate): string {
  if (scope.sql === 'TRUE') return `keyed.${table}`;
  return `keyed.${table} JOIN (${chosen(scope)}) c ON c.session_key = ${table.at(-1)}.session_key`;
}

function eventScope(scope: Predicate): string {
  return scope.sql === 'TRUE' ? 'TRUE' : `e.session_key IN (${chosen(scope)})`;
}

export function boundCalls(scope: Predicate) {
  return statement({
    name: 'analytics.bounds',
    sql: fillTemplate(boundsSql, { calls: rollUp('call_usage u', scope) }),
    params: scoped,
    row: z.object({
      first_ms: integer.nullable(),
      last_ms: integer.nullable(),
      calls: integer,
      undated: integer,
    }),
  });
}

const usageRow = z.object({
  bucket: integer.nullable(),
  model: z.string().nullable(),
  calls: integer,
  tokens: figureOrNull,
  ...costColumns,
});

export function sumUsage(scope: Predicate) {
  return statement({
    name: 'analytics.usage',
    sql: fillTemplate(usageSql, { calls: rollUp('call_usage u', scope) }),
    params: scoped,
    row: usageRow,
  });
}

export function sumUsageFine(scope: Predicate) {
  return statement({
    name: 'analytics.usage-fine',
    sql: fillTemplate(usageFineSql, { scope: eventScope(scope) }),
    params: scoped,
    row: usageRow,
  });
}

const binCounts = z.object({ bins: z.array(z.number()), counts: z.array(z.number()) });

export function countLatencyBins(scope: Predicate) {
  return statement({
    name: 'analytics.latency-bins',
    sql: fillTemplate(latencyBinsSql, { latencies: rollUp('call_latencies l', scope) }),
    params: scoped,
    row: binCounts.extend({ bucket: integer.nullable() }),
  });
}

export function countModelBins(scope: Predicate) {
  return statement({
    name: 'analytics.latency-model-bins',
    sql: fillTemplate(latencyModelBinsSql, { latencies: rollUp('call_latencies l', scope) }),
    params: scoped,
    row: binCounts.extend({ model_no: integer }),
  });
}

export function findSlowest(scope: Predicate) {
  return statement({
    name: 'analytics.latency-most',
    sql: fillTemplate(latencyMostSql, { calls: rollUp('call_usage u', scope) }),
    params: scoped,
    row: z.object({ bucket: integer, max_ms: figureOrNull }),
  });
}

export function bucketLatency(scope: Predicate) {
  return statement({
    name: 'analytics.latency-exact',
    sql: fillTemplate(latencyExactSql, { scope: eventScope(scope) }),
    params: scoped,
    row: z.object({ bucket: integer, quantiles, max_ms: figureOrNull, n: integer }),
  });
}

export function modelLatency(scope: Predicate) {
  return statement({
    name: 'analytics.latency-exact-models',
    sql: fillTemplate(latencyExactModelsSql, { scope: eventScope(scope) }),
    params: scoped,
    row: z.object({ model: z.string().nullable(), provider: z.string().nullable(), quantiles }),
  });
}

export function sumModels(scope: Predicate) {
  return statement({
    name: 'analytics.models',
    sql: fillTemplate(modelsSql, { calls: rollUp('call_usage u', scope) }),
    params: scoped,
    row: z.object({
      model: z.string().nullable(),
      provider: z.string().nullable(),
      model_nos: z.array(integer),
      calls: integer,
      input_tokens: figureOrNull,
      output_tokens: figureOrNull,
      errors: integer,
      latencies: integer,
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
