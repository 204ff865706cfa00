import { describe, expect, it } from 'vitest';
import {
  clampWindow,
  layOutTimeline,
  neighbourBar,
  type SessionTimeline,
  zoomWindow,
} from './timeline-layout';

function bar(lane: string, startMs: number, durationMs: number | null) {
  return {
    lane,
    kind: 'cais' as const,
    key: `${lane}${startMs}`,
    stepKey: null,
    label: '',
    startMs,
    durationMs,
    error: false,
    bars: 1,
  };
}

const timeline: SessionTimeline = {
  startAt: null,
  endMs: 100,
  lanes: [
    { id: 'a', label: 'agent' },
    { id: 'b', label: 'environment' },
  ],
  bars: [bar('a', 40, 20), bar('a', 0, 50), bar('a', 60, null), bar('b', 55, 5), bar('b', 1, 1)],
  untimed: 0,
};

describe('the timeline', () => {
  it('sets overlapping bars of a lane in rows and the others in one', () => {
    const { lanes, bars } = layOutTimeline(timeline);
    expect(bars.map(({ bar: { startMs }, lane, row }) => [lane, startMs, row])).toEqual([
      [0, 0, 0],
      [0, 40, 1],
      [0, 60, 0],
      [1, 1, 0],
      [1, 55, 0],
    ]);
    expect(lanes.map(({ rows, top }) => [rows, top])).toEqual([
      [2, 0],
      [1, 2],
    ]);
  });

  it('zooms around the place that is pointed at and never leaves the whole', () => {
    const whole = { from: 0, to: 100 };
    expect(zoomWindow(whole, 0.5, 40, whole)).toEqual({ from: 20, to: 70 });
    expect(zoomWindow({ from: 20, to: 70 }, 4, 40, whole)).toEqual(whole);
    expect(clampWindow(90, 30, whole)).toEqual({ from: 70, to: 100 });
  });

  it('walks along a lane and to the nearest bar of the next one', () => {
    const layout = layOutTimeline(timeline);
    expect(neighbourBar(layout, 0, 'right')).toBe(1);
    expect(neighbourBar(layout, 2, 'right')).toBe(2);
    expect(neighbourBar(layout, 2, 'down')).toBe(4);
    expect(neighbourBar(layout, 3, 'up')).toBe(0);
    expect(neighbourBar(layout, 0, 'up')).toBe(0);
  });
});
