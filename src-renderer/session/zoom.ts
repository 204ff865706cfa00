import type { ChartRange } from '../ui/chart';
import type { SessionView } from './session-context';

/** The charts' zoom lives in the address. */
export function zoomOf({ search, change }: SessionView) {
  const { x0, x1 } = search;
  const range: ChartRange = x0 === undefined || x1 === undefined ? null : [x0, x1];
  return {
    range,
    setRange: (next: ChartRange) => change({ x0: next?.[0], x1: next?.[1] }),
  };
}
