import type { InferContractRouterOutputs } from '@orpc/contract';
import type { session } from '../../../src-main/contract';

export type SessionTimeline = InferContractRouterOutputs<typeof session>['timeline'];
export type TimelineBar = SessionTimeline['bars'][number];

export interface PlacedBar {
  readonly bar: TimelineBar;
  readonly lane: number;
  /** Bars of a lane that overlap in time stand in rows under each other. */
  readonly row: number;
}

export interface TimelineLayout {
  readonly lanes: readonly {
    readonly id: string;
    readonly label: string;
    readonly rows: number;
    readonly top: number;
  }[];
  /** By lane, in order of time. */
  readonly bars: readonly PlacedBar[];
  readonly rows: number;
}

const mostRows = 12;

export function layOutTimeline({ lanes, bars }: SessionTimeline): TimelineLayout {
  const placed: PlacedBar[] = [];
  let top = 0;
  const laid = lanes.map(({ id, label }, lane) => {
    const own = bars.filter((bar) => bar.lane === id).sort((a, b) => a.startMs - b.startMs);
    const ends: number[] = [];
    for (const bar of own) {
      const free = ends.findIndex((end) => end <= bar.startMs);
      const row = free !== -1 ? free : Math.min(ends.length, mostRows - 1);
      ends[row] = Math.max(ends[row] ?? 0, bar.startMs + (bar.durationMs ?? 0));
      placed.push({ bar, lane, row });
    }
    const rows = Math.max(1, ends.length);
    const at = top;
    top += rows;
    return { id, label, rows, top: at };
  });
  return { lanes: laid, bars: placed, rows: top };
}

export interface TimeWindow {
  readonly from: number;
  readonly to: number;
}

/** A window of the same place, `factor` as wide, in which `around` stays where it is; inside the whole. */
export function zoomWindow(
  window: TimeWindow,
  factor: number,
  around: number,
  whole: TimeWindow,
): TimeWindow {
  const width = Math.min(whole.to - whole.from, Math.max(0.001, (window.to - window.from) * factor));
  const share = (around - window.from) / (window.to - window.from);
  return clampWindow(around - share * width, width, whole);
}

export function clampWindow(from: number, width: number, whole: TimeWindow): TimeWindow {
  const start = Math.max(whole.from, Math.min(from, whole.to - width));
  return { from: start, to: start + width };
}

/** The next bar in a direction: along a lane, or the nearest in time in the lane above or below. */
export function neighbourBar(
  { bars }: TimelineLayout,
  selected: number,
  direction: 'left' | 'right' | 'up' | 'down',
): number {
  const from = bars[selected];
  if (from === undefined) return bars.length > 0 ? 0 : -1;
  if (direction === 'left' || direction === 'right') {
    const next = selected + (direction === 'left' ? -1 : 1);
    return bars[next]?.lane === from.lane ? next : selected;
  }
  const step = direction === 'up' ? -1 : 1;
  const wanted = from.lane + step;
  let best = selected;
  let least = Number.POSITIVE_INFINITY;
  bars.forEach(({ bar, lane }, index) => {
    const distance = Math.abs(bar.startMs - from.bar.startMs);
    if (lane === wanted && distance < least) {
      least = distance;
      best = index;
    }
  });
  return best;
}
