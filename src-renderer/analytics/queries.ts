import { keepPreviousData } from '@tanstack/react-query';
import type { Scope } from '../../src-main/contract';
import { data } from '../app/connect';

const points = 160;

/** While the next window is on the way, the last one stays. */
export function usageOf(scope: Scope) {
  return data.analytics.usage.queryOptions({ input: { scope, points }, placeholderData: keepPreviousData });
}

export function latencyOf(scope: Scope) {
  return data.analytics.latency.queryOptions({ input: { scope, points }, placeholderData: keepPreviousData });
}

export type Measure = 'reward' | 'convergence';

export function rollingOf(scope: Scope, measure: Measure) {
  return data.analytics.rolling.queryOptions({
    input: { scope, points, measure },
    placeholderData: keepPreviousData,
  });
}
