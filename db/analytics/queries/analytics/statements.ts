import { z } from 'zod';
import { type Bindings, figureOrNull, integer, statement } from '../../duckdb';
import type { Predicate } from '../../filter';
import { costColumns } from '../cost';
import { fillTemplate } from '../template';
import boundsSql from './bounds.sql?raw';
import latencySql from './latency.sql?raw';
import modelsSql from './models.sql?raw';
import rollingSql from './rolling.sql?raw';
import usageSql from './usage.sql?raw';

const scoped = z.record(z.string(), z.custom<Bindings[string]>());
const quantiles = z.array(z.number().nullable()).nullable();

/** Events whose session is in the scope; no join when the scope is everything. */
function eventScope(scope: Predicate): string {
  if (scope.sql === 'TRUE') return 'TRUE';
  return `(e.source_id, e.session_no) IN (
    SELECT (s.source_id, s.session_no) FROM keyed.sessions s
    LEFT JOIN keyed.session_stats t ON t.source_id = s.source_id AND t.session_no = s.session_no
    WHERE ${scope.sql})`;
}

export function boundCalls(scope: Predicate) {
  return statement({
    name: 'analytics.bounds',
    sql: fillTemplate(boundsSql, { scope: eventScope(scope) }),
    params: scoped,
    row: z.object({
      first_ms: integer.nullable(),
      last_ms: integer.nullable(),
      calls: integer,
      undated: integer,
    }),
  });
}

export function sumUsage(scope: Predicate) {
  return statement({
    name: 'analytics.usage',
    sql: fillTemplate(usageSql, { scope: eventScope(scope) }),
    params: scoped,
    row: z.object({
      bucket: integer.nullable(),
      model: z.string().nullable(),
      calls: integer,
      tokens: figureOrNull,
      ...costColumns,
    }),
  });
}

export function bucketLatency(scope: Predicate) {
  return statement({
    name: 'analytics.latency',
    sql: fillTemplate(latencySql, { scope: eventScope(scope) }),
    params: scoped,
    row: z.object({ bucket: integer, quantiles, max_ms: figureOrNull, n: integer }),
  });
}

export function sumModels(scope: Predicate) {
  return statement({
    name: 'analytics.models',
    sql: fillTemplate(modelsSql, { scope: eventScope(scope) }),
    params: scoped,
    row: z.object({
      model: z.string().nullable(),
      provider: z.string().nullable(),
      calls: integer,
      input_tokens: figureOrNull,
      output_tokens: figureOrNull,
      quantiles,
      errors: integer,
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
