import { keepPreviousData } from '@tanstack/react-query';
import type { Scope } from '../../src-main/contract';
import { data } from '../app/connect';

/** Few enough that a bar is 3 px wide in the narrowest window. */
const points = 80;
/** Sessions are one wide chart. */
const sessionPoints = 160;

/** While the next window is on the way, the last one stays. */
export function usageOf(scope: Scope) {
  return data.analytics.usage.queryOptions({ input: { scope, points }, placeholderData: keepPreviousData });
}

export function latencyOf(scope: Scope) {
  return data.analytics.latency.queryOptions({ input: { scope, points }, placeholderData: keepPreviousData });
}

export function modelTableOf(scope: Scope) {
  return data.analytics.models.queryOptions({ input: { scope }, placeholderData: keepPreviousData });
}

/** All models that are open, whatever is filtered: what their colours are given by. */
export function modelsOf() {
  return data.sessions.facets.queryOptions({
    input: { scope: { q: '' }, fields: ['model'], limit: 200 },
    select: (facets) => (facets.model?.values ?? []).map(({ value }) => value),
  });
}

export type Measure = 'reward' | 'convergence';

export function rollingOf(scope: Scope, measure: Measure) {
  return data.analytics.rolling.queryOptions({
    input: { scope, points: sessionPoints, measure },
    placeholderData: keepPreviousData,
  });
}
