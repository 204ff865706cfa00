import type { Predicate } from '../../../db/analytics/filter';
import {
  bucketSessions,
  countFacets,
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
    'the outcome reward where one was recorded, else the sum of the events’ rewards; none where outcomes of several names were recorded (reward_basis says which)',
  duration: 'last moment − first moment of a session, in milliseconds',
  errors: 'events of a session with an error',
  steps: 'timesteps of a session, counted',
} as const;

/** `sessions.*` */
export function sessionsRouter(os: Implementer, context: EngineContext) {
  const { pool } = context;
  /** For a page past the end, which holds no row that could say it. */
  const countAll = async (scope: Predicate, signal: AbortSignal | undefined) => {
    const [count] = await pool.run(countSessions(scope), scope.bindings, { signal });
    return count?.sessions ?? 0;
  };
  return {
    list: os.sessions.list.handler(async ({ input, signal }) => {
      const scope = await resolveScope(context, input.scope);
      const page = { ...scope.bindings, limit: input.limit, offset: input.offset };
      const rows = await pool.run(listSessions(scope, input.sort), page, { signal });
      return { rows: rows.map(toSessionRow), total: rows[0]?.total ?? (await countAll(scope, signal)) };
    }),

    neighbours: os.sessions.neighbours.handler(async ({ input, signal }) => {
      const scope = await resolveScope(context, input.scope);
      const place = { source_id: input.ref.sourceId, session_id: input.ref.sessionId };
      const query = findNeighbours(scope, input.sort);
      const [row] = await pool.run(query, { ...scope.bindings, ...place }, { signal });
      return {
        index: row?.place ?? null,
        total: row?.total ?? (await countAll(scope, signal)),
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
      const bound = { ...scope.bindings, fields: input.fields, limit: input.limit };
      const rows = await pool.run(countFacets(scope), bound, { signal });
      const facets = await Promise.all(
        input.fields.map(async (field) => {
          const own = rows.filter((row) => row.field === field);
          const named = own.map((row) => row.value);
          const labels = await labelsOf(context, field, named, signal);
          const values = own.map((row) => ({
            value: row.value,
            label: labels.get(row.value) ?? row.value,
            sessions: row.sessions,
          }));
          return [field, { values, more: (own[0]?.distinct_values ?? 0) - own.length }] as const;
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
