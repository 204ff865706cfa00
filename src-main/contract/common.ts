import { oc } from '@orpc/contract';
import { z } from 'zod';
import { errorTable } from './errors';

/** Every procedure may fail with any code of the table. */
export const procedure = oc.errors(errorTable);

export const sessionRef = z.object({ sourceId: z.string(), sessionId: z.string() });
export type SessionRef = z.infer<typeof sessionRef>;

/** ISO 8601 UTC, or null where unknown. */
export const time = z.string().nullable();
/** A key of a canonical table: decimal text, it may pass 2^53. */
export const rowKey = z.string();

export const pageInput = {
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(500).default(100),
};

/** Dollars of a set of LM calls and what they are made of. `usd` is null when no call has a figure. */
export const cost = z.object({
  usd: z.number().nullable(),
  /** Exact dollars said by the recorder. */
  reportedUsd: z.number(),
  /** Whole cents said by the recorder; each may hide a fraction. */
  roundedUsd: z.number(),
  /** From tokens and the price table. */
  pricedUsd: z.number(),
  calls: z.object({
    reported: z.number().int(),
    rounded: z.number().int(),
    /** Of the rounded ones, those that say 0 with tokens > 0: read "< 1 ¢". */
    roundedZero: z.number().int(),
    priced: z.number().int(),
    unpriced: z.number().int(),
  }),
});
export type Cost = z.infer<typeof cost>;

export const tokens = z.object({
  input: z.number().nullable(),
  output: z.number().nullable(),
  total: z.number().nullable(),
});

/** What a list, chart or total is about. `q` is the filter bar's text (see `filter.ts`). */
export const scope = z.object({
  q: z.string().default(''),
  sourceIds: z.array(z.string()).optional().describe('absent: every open source'),
  from: z.string().optional().describe('ISO 8601 UTC, inclusive'),
  to: z.string().optional().describe('ISO 8601 UTC, exclusive'),
  sessions: z.array(sessionRef).max(10_000).optional().describe('a selection'),
});
export type Scope = z.infer<typeof scope>;

/** How a figure was made, for "show query". */
export const provenance = z.object({
  query: z.string().describe('the SQL that ran'),
  formula: z.string(),
  n: z.number().int().describe('rows it was made of'),
});
export type Provenance = z.infer<typeof provenance>;
