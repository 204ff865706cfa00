import {
  bucketSessions,
  countFacet,
  countFigure,
  countSessions,
  experimentNames,
  findNeighbours,
  listSessions,
  sumSessions,
} from '../../../db/analytics/queries';
import type { SessionRef } from '../../contract';
import type { EngineContext } from './context';
import type { Implementer } from './implementer';
import { toCost, toSessionRow } from './rows';
import { resolveScope } from './scope';

const FORMULAS = {
  tokens: 'sum of total_tokens over the LM calls of a session',
  cost: 'sum of cost_usd over the LM calls of a session; the dollars in call_records are preferred to whole cents; calls without a known price are left out and counted',
  reward:
    'the outcome reward where one was recorded, else the sum of the events’ rewards (reward_basis says which)',
  duration: 'last moment − first moment of a session, in milliseconds',
  errors: 'events of a session with an error',
  steps: 'timesteps of a session, counted',
} as const;

/** `sessions.*` */
export function sessionsRouter(os: Implementer, context: EngineContext) {
  const { pool } = context;
  return {
    list: os.sessions.list.handler(async ({ input, signal }) => {
      const scope = await resolveScope(context, input.scope);
      const page = { ...scope.bindings, limit: input.limit, offset: input.offset };
      const [rows, [count]] = await Promise.all([
        pool.run(listSessions(scope, input.sort), page, { signal }),
        pool.run(countSessions(scope), scope.bindings, { signal }),
      ]);
      return { rows: rows.map(toSessionRow), total: count?.sessions ?? 0 };
    }),

    neighbours: os.sessions.neighbours.handler(async ({ input, signal }) => {
      const scope = await resolveScope(context, input.scope);
      const place = { source_id: input.ref.sourceId, session_id: input.ref.sessionId };
      const [[row], [count]] = await Promise.all([
        pool.run(findNeighbours(scope, input.sort), { ...scope.bindings, ...place }, { signal }),
        pool.run(countSessions(scope), scope.bindings, { signal }),
      ]);
      return {
        index: row?.place ?? null,
        total: count?.sessions ?? 0,
        previous: toRef(row?.previous_source_id, row?.previous_session_id),
        next: toRef(row?.next_source_id, row?.next_session_id),
      };
    }),

    totals: os.sessions.totals.handler(async ({ input, signal }) => {
      const scope = await resolveScope(context, input.scope);
      const [row] = await pool.run(sumSessions(scope), scope.bindings, { signal });
      if (row === undefined) throw new Error('sessions.totals gave no row');
      return {
        sessions: row.sessions,
        steps: row.steps,
        events: row.events,
        messages: row.messages,
        lmCalls: row.lm_calls,
        errors: row.errors,
        tokens: { input: row.input_tokens, output: row.output_tokens, total: row.total_tokens },
        cost: toCost(row),
        meanReward: row.mean_reward,
        rewarded: row.rewarded,
        firstAt: row.first_at,
        lastAt: row.last_at,
      };
    }),

    histogram: os.sessions.histogram.handler(async ({ input, signal }) => {
      const scope = await resolveScope(context, input.scope);
      const rows = await pool.run(
        bucketSessions(scope),
        { ...scope.bindings, buckets: input.buckets },
        { signal },
      );
      const undated = rows.find((row) => row.bucket === null)?.sessions ?? 0;
      const dated = rows.flatMap((row) => (row.bucket === null ? [] : [{ ...row, bucket: row.bucket }]));
      const firstMs = dated[0]?.first_ms ?? null;
      const lastMs = dated[0]?.last_ms ?? null;
      if (firstMs === null || lastMs === null)
        return { startMs: [], widthMs: 1, sessions: [], errors: [], undated };
      const widthMs = (lastMs - firstMs + 1) / input.buckets;
      const sessions = new Array<number>(input.buckets).fill(0);
      const errors = new Array<number>(input.buckets).fill(0);
      for (const row of dated) {
        sessions[row.bucket] = row.sessions;
        errors[row.bucket] = row.errors;
      }
      return { startMs: sessions.map((_, at) => firstMs + at * widthMs), widthMs, sessions, errors, undated };
    }),

    facets: os.sessions.facets.handler(async ({ input, signal }) => {
      const scope = await resolveScope(context, input.scope);
      const facets = await Promise.all(
        input.fields.map(async (field) => {
          const rows = await pool.run(
            countFacet(scope, field),
            { ...scope.bindings, limit: input.limit },
            { signal },
          );
          const labels = await labelsOf(
            context,
            field,
            rows.map((row) => row.value),
            signal,
          );
          const values = rows.map((row) => ({
            value: row.value,
            label: labels.get(row.value) ?? row.value,
            sessions: row.sessions,
          }));
          return [field, { values, more: (rows[0]?.distinct_values ?? 0) - rows.length }] as const;
        }),
      );
      return Object.fromEntries(facets);
    }),

    explain: os.sessions.explain.handler(async ({ input, signal }) => {
      const scope = await resolveScope(context, input.scope);
      const [row] = await pool.run(countFigure(scope, input.figure), scope.bindings, { signal });
      return { query: sumSessions(scope).sql, formula: FORMULAS[input.figure], n: row?.n ?? 0 };
    }),
  };
}

function toRef(sourceId: string | null | undefined, sessionId: string | null | undefined): SessionRef | null {
  return sourceId && sessionId ? { sourceId, sessionId } : null;
}

async function labelsOf(
  context: EngineContext,
  field: string,
  values: readonly string[],
  signal: AbortSignal | undefined,
): Promise<Map<string, string>> {
  if (field === 'source') {
    return new Map(context.workspace.state().sources.map((source) => [source.sourceId, source.name]));
  }
  if (field !== 'experiment' || values.length === 0) return new Map();
  const names = await context.pool.run(experimentNames, { ids: [...values] }, { signal });
  return new Map(names.map((row) => [row.experiment_id, row.name]));
}
