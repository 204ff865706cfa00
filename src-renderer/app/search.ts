import { z } from 'zod';
import { convergenceProfile, rawTable, type Scope, sessionSortKey } from '../../src-main/contract';

/**
 * View state lives in the address, so that a pasted link shows the same screen. What does not fit its schema is dropped, one parameter
 * at a time: an old link still opens.
 */
const scopeFields = {
  q: z.string().optional().catch(undefined),
  sources: z.array(z.string()).optional().catch(undefined),
  from: z.string().optional().catch(undefined),
  to: z.string().optional().catch(undefined),
};

const orderFields = {
  sort: sessionSortKey.optional().catch(undefined),
  /** Ascending; the list starts with the newest, largest, most expensive. */
  asc: z.boolean().optional().catch(undefined),
};

export const sessionsSearch = z.object({ ...scopeFields, ...orderFields });
export type SessionsSearch = z.infer<typeof sessionsSearch>;

export const sessionTabs = ['transcript', 'timeline', 'costs', 'convergence', 'rows'] as const;

/** A session's view, and the list it was opened from (for previous, next and back). */
export const sessionSearch = z.object({
  ...scopeFields,
  ...orderFields,
  tab: z.enum(sessionTabs).optional().catch(undefined),
  /** Key of the step that is looked at. */
  step: z.string().optional().catch(undefined),
  /** Key of the event that is looked at. */
  event: z.string().optional().catch(undefined),
  find: z.string().optional().catch(undefined),
  table: rawTable.optional().catch(undefined),
  /** First of the raw rows. */
  offset: z.number().int().min(0).optional().catch(undefined),
  profile: convergenceProfile.optional().catch(undefined),
  /** Zoom of the charts, in their x unit. */
  x0: z.number().optional().catch(undefined),
  x1: z.number().optional().catch(undefined),
});
export type SessionSearch = z.infer<typeof sessionSearch>;

export const analyticsSearch = z.object({
  ...scopeFields,
  measure: z.enum(['reward', 'convergence']).optional().catch(undefined),
});
export type AnalyticsSearch = z.infer<typeof analyticsSearch>;

/** The file whose columns are mapped, and the source that is open of it already. */
export const mappingSearch = z.object({
  path: z.string().optional().catch(undefined),
  source: z.string().optional().catch(undefined),
});

export interface ScopeSearch {
  readonly q?: string | undefined;
  readonly sources?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** What a list, chart or total is about, from the address. */
export function scopeOf({ q, sources, from, to }: ScopeSearch): Scope {
  return {
    q: q ?? '',
    ...(sources === undefined ? {} : { sourceIds: [...sources] }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  };
}

export function sortOf({ sort, asc }: Pick<SessionsSearch, 'sort' | 'asc'>) {
  return { key: sort ?? ('created' as const), descending: asc !== true };
}

/** The part of a search that names the list, to carry into a session and back. */
export function listSearchOf(search: SessionsSearch): SessionsSearch {
  const { q, sources, from, to, sort, asc } = search;
  return { q, sources, from, to, sort, asc };
}
