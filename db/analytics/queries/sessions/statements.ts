import { z } from 'zod';
import { type Bindings, figure, figureOrNull, integer, statement } from '../../../duckdb';
import { sessionKind, sessionStatus } from '../../../model';
import type { Predicate } from '../../filter';
import { costColumns } from '../cost';
import { fillTemplate } from '../template';
import countSql from './count.sql?raw';
import experimentNamesSql from './experiment-names.sql?raw';
import explainSql from './explain.sql?raw';
import facetsSql from './facets.sql?raw';
import histogramSql from './histogram.sql?raw';
import listSql from './list.sql?raw';
import neighboursSql from './neighbours.sql?raw';
import { FIGURES, type Figure, orderBy, type SessionOrderKey, sortExpression } from './order';
import totalsSql from './totals.sql?raw';

/** Parameters of a scope have names of their own (`filter0` …); each statement adds its own beside them. */
const scoped = z.record(z.string(), z.custom<Bindings[string]>());

const listRow = z.object({
  source_id: z.string(),
  session_id: z.string(),
  title: z.string(),
  kind: sessionKind,
  status: sessionStatus,
  experiment_id: z.string().nullable(),
  error: z.string().nullable(),
  created_at: z.string().nullable(),
  duration_ms: figureOrNull,
  models: z.array(z.string()).nullable(),
  steps: integer.nullable(),
  events: integer.nullable(),
  messages: integer.nullable(),
  errors: integer.nullable(),
  input_tokens: figureOrNull,
  output_tokens: figureOrNull,
  total_tokens: figureOrNull,
  reward: figureOrNull,
  lm_calls: integer.nullable(),
  total: integer,
  ...costColumns,
});
export type SessionListRow = z.infer<typeof listRow>;

export function listSessions(scope: Predicate, sort: { key: SessionOrderKey; descending: boolean }) {
  return statement({
    name: 'sessions.list',
    sql: fillTemplate(listSql, {
      scope: scope.sql,
      key: `${sortExpression(sort.key)} AS sort_key`,
      order: orderBy('sort_key', sort.descending),
      page_order: orderBy('page.sort_key', sort.descending),
    }),
    params: scoped,
    row: listRow,
  });
}

export function countSessions(scope: Predicate) {
  return statement({
    name: 'sessions.count',
    sql: fillTemplate(countSql, { scope: scope.sql }),
    params: scoped,
    row: z.object({ sessions: integer }),
  });
}

export function findNeighbours(scope: Predicate, sort: { key: SessionOrderKey; descending: boolean }) {
  const text = z.string().nullable();
  return statement({
    name: 'sessions.neighbours',
    sql: fillTemplate(neighboursSql, {
      scope: scope.sql,
      order: orderBy(sortExpression(sort.key), sort.descending),
    }),
    params: scoped,
    row: z.object({
      place: integer,
      total: integer,
      previous_source_id: text,
      previous_session_id: text,
      next_source_id: text,
      next_session_id: text,
    }),
  });
}

export function sumSessions(scope: Predicate) {
  return statement({
    name: 'sessions.totals',
    sql: fillTemplate(totalsSql, { scope: scope.sql }),
    params: scoped,
    row: z.object({
      sessions: integer,
      steps: integer,
      events: integer,
      messages: integer,
      lm_calls: integer,
      errors: integer,
      input_tokens: figureOrNull,
      output_tokens: figureOrNull,
      total_tokens: figureOrNull,
      mean_reward: figureOrNull,
      rewarded: integer,
      first_at: z.string().nullable(),
      last_at: z.string().nullable(),
      ...costColumns,
    }),
  });
}

export function bucketSessions(scope: Predicate) {
  return statement({
    name: 'sessions.histogram',
    sql: fillTemplate(histogramSql, { scope: scope.sql }),
    params: scoped,
    row: z.object({
      bucket: integer.nullable(),
      first_ms: integer.nullable(),
      last_ms: integer.nullable(),
      sessions: integer,
      errors: integer,
    }),
  });
}

export function countFacets(scope: Predicate) {
  return statement({
    name: 'sessions.facets',
    sql: fillTemplate(facetsSql, { scope: scope.sql }),
    params: scoped,
    row: z.object({ field: z.string(), value: z.string(), sessions: integer, distinct_values: integer }),
  });
}

export const experimentNames = statement({
  name: 'sessions.experiment-names',
  sql: experimentNamesSql,
  params: z.object({ ids: z.array(z.string()) }),
  row: z.object({ experiment_id: z.string(), name: z.string() }),
});

export function countFigure(scope: Predicate, name: Figure) {
  return statement({
    name: `sessions.explain.${name}`,
    sql: fillTemplate(explainSql, { scope: scope.sql, figure: FIGURES[name] }),
    params: scoped,
    row: z.object({ n: figure }),
  });
}
