import { z } from 'zod';
import { sessionKind, sessionStatus } from '../../db/model';
import { cost, pageInput, procedure, provenance, scope, sessionRef, time, tokens } from './common';

export const sessionSortKey = z.enum([
  'created',
  'title',
  'model',
  'steps',
  'events',
  'messages',
  'tokens',
  'cost',
  'reward',
  'duration',
  'errors',
]);
export type SessionSortKey = z.infer<typeof sessionSortKey>;

export const sessionSort = z.object({ key: sessionSortKey, descending: z.boolean() });
export type SessionSort = z.infer<typeof sessionSort>;

/** A line of the session list. `null` is unknown or not read yet: `stage` of the source says which. */
export const sessionRow = z.object({
  ref: sessionRef,
  title: z.string(),
  kind: sessionKind,
  status: sessionStatus,
  experimentId: z.string().nullable(),
  models: z.array(z.string()),
  steps: z.number().int().nullable(),
  events: z.number().int().nullable(),
  messages: z.number().int().nullable(),
  errors: z.number().int().nullable(),
  tokens,
  cost: cost.nullable(),
  reward: z.number().nullable(),
  createdAt: time,
  durationMs: z.number().nullable(),
  error: z.string().nullable(),
});
export type SessionRow = z.infer<typeof sessionRow>;

export const totals = z.object({
  sessions: z.number().int(),
  steps: z.number().int(),
  events: z.number().int(),
  messages: z.number().int(),
  lmCalls: z.number().int(),
  errors: z.number().int(),
  tokens,
  cost,
  /** Mean over the sessions that have one. */
  meanReward: z.number().nullable(),
  rewarded: z.number().int(),
  firstAt: time,
  lastAt: time,
});
export type Totals = z.infer<typeof totals>;

export const facetField = z.enum(['source', 'kind', 'status', 'model', 'provider', 'system', 'experiment']);

export const sessions = {
  list: procedure
    .input(z.object({ scope, sort: sessionSort, ...pageInput }))
    .output(z.object({ rows: z.array(sessionRow), total: z.number().int() })),
  /** The sessions before and after one, in the order of the list it was opened from. */
  neighbours: procedure.input(z.object({ scope, sort: sessionSort, ref: sessionRef })).output(
    z.object({
      index: z.number().int().nullable(),
      total: z.number().int(),
      previous: sessionRef.nullable(),
      next: sessionRef.nullable(),
    }),
  ),
  totals: procedure.input(z.object({ scope })).output(totals),
  /** Sessions over time, for the brush: equal buckets from the first to the last session. */
  histogram: procedure
    .input(z.object({ scope, buckets: z.number().int().min(1).max(500).default(120) }))
    .output(
      z.object({
        startMs: z.array(z.number()),
        widthMs: z.number(),
        sessions: z.array(z.number()),
        errors: z.array(z.number()),
        undated: z.number().int(),
      }),
    ),
  facets: procedure
    .input(
      z.object({
        scope,
        fields: z.array(facetField).min(1),
        limit: z.number().int().min(1).max(200).default(50),
      }),
    )
    .output(
      z.record(
        z.string(),
        z.object({
          values: z.array(z.object({ value: z.string(), label: z.string(), sessions: z.number().int() })),
          more: z.number().int(),
        }),
      ),
    ),
  /** How the figure in a column of the list, or in the totals, was made. */
  explain: procedure
    .input(z.object({ scope, figure: z.enum(['tokens', 'cost', 'reward', 'duration', 'errors', 'steps']) }))
    .output(provenance),
};
