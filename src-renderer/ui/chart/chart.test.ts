import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChartData, hasValues, placesToKeep, stackColumns, thinChart } from './chart-data';
import { spreadLabels } from './end-labels';
import { indexTicks, niceScale, timeTicks } from './scale';
import { summariseChart } from './summary';
import { dollarUnit, durationUnit, scoreUnit, tokenUnit } from './units';

const finite = fc.double({ min: -1e9, max: 1e9, noNaN: true });
const measured = fc.integer({ min: -1e9, max: 1e9 }).map((value) => value / 1_000);

function chart(values: (number | null)[], stacked = false): ChartData {
  return {
    x: { kind: 'index', values: values.map((_, at) => at), label: 'step', describe: (at) => `step ${at}` },
    series: [{ label: 'tokens', values, mark: 'line', colour: '--series-1' }],
    stacked,
    unit: tokenUnit,
  };
}

describe('a value axis', () => {
  it('has at most four lines above its base and covers every value', () => {
    fc.assert(
      fc.property(measured, measured, fc.boolean(), (a, b, fromZero) => {
        const scale = niceScale(Math.min(a, b), Math.max(a, b), { fromZero });
        expect(scale.ticks.length).toBeGreaterThanOrEqual(2);
        expect(scale.ticks.length).toBeLessThanOrEqual(5);
        const slack = 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
        expect(scale.low).toBeLessThanOrEqual(Math.min(a, b) + slack);
        expect(scale.high).toBeGreaterThanOrEqual(Math.max(a, b) - slack);
      }),
    );
  });

  it('starts quantities at zero and leaves scores alone', () => {
    expect(niceScale(80, 93, { fromZero: true })).toMatchObject({ low: 0, high: 100 });
    expect(niceScale(80, 93, { fromZero: false }).low).toBe(80);
    expect(niceScale(-3, 7, { fromZero: true }).ticks).toContain(0);
  });

  it('stands even where there is one value or none', () => {
    expect(niceScale(null, null, { fromZero: true })).toEqual({
      low: 0,
      high: 1,
      ticks: [0, 0.25, 0.5, 0.75, 1],
    });
    expect(niceScale(5, 5, { fromZero: true }).low).toBe(0);
  });
});

describe('a step axis', () => {
  it('names whole steps only', () => {
    for (const tick of indexTicks(0.5, 7.5, 20)) expect(Number.isInteger(tick)).toBe(true);
    expect(Object.is(indexTicks(-0.5, 3, 3)[0], 0)).toBe(true);
    expect(indexTicks(0, 100, 5)).toEqual([0, 20, 40, 60, 80, 100]);
  });
});

describe('a time axis', () => {
  it('has at least two times, each named, for any window and width', () => {
    const start = fc.integer({ min: 1.7e12, max: 1.9e12 });
    const span = fc.integer({ min: 20, max: 2e11 });
    fc.assert(
      fc.property(start, span, fc.integer({ min: 2, max: 20 }), (from, length, count) => {
        const ticks = timeTicks(from, from + length, count);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        for (const { at, label } of ticks) {
          expect(at).toBeGreaterThanOrEqual(from);
          expect(label).not.toBe('');
        }
      }),
    );
  });

  it('says the date where the day changes', () => {
    const from = new Date(2026, 2, 3, 18).getTime();
    const labels = timeTicks(from, from + 12 * 3_600_000, 6).map(({ label }) => label);
    expect(labels[0]).toBe('3 Mar 18:00');
    expect(labels).toContain('4 Mar');
  });

  it('keeps to the count it was given, from milliseconds to years', () => {
    for (const span of [5, 900, 60_000, 7_200_000, 86_400_000 * 9, 86_400_000 * 800]) {
      const ticks = timeTicks(1.77e12, 1.77e12 + span, 8);
      expect(ticks.length).toBeGreaterThan(0);
      expect(ticks.length).toBeLessThanOrEqual(10);
    }
  });
});

describe('stacking', () => {
  it('adds nothing where a series is silent and shows nothing where all are', () => {
    expect(
      stackColumns([
        [1, null, 2],
        [null, null, 3],
      ]),
    ).toEqual([
      [1, null, 2],
      [1, null, 5],
    ]);
  });
});

describe('thinning', () => {
  it('keeps the least and the greatest value and the order', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 50, maxLength: 3_000 }), (values) => {
        const kept = placesToKeep(values, 40);
        expect(kept.length).toBeLessThanOrEqual(40);
        const seen = kept.map((at) => values[at] ?? 0);
        expect(Math.max(...seen)).toBe(Math.max(...values));
        expect(Math.min(...seen)).toBe(Math.min(...values));
        expect([...kept].sort((a, b) => a - b)).toEqual(kept);
      }),
    );
  });

  it('leads from a kept place back to its row', () => {
    const values = Array.from({ length: 5_000 }, (_, at) => (at === 4_321 ? 99 : at % 7));
    const { data, indexes } = thinChart(chart(values), 1_000);
    const place = data.series[0]?.values.indexOf(99) ?? -1;
    expect(indexes[place]).toBe(4_321);
    expect(data.x.describe(place)).toBe('step 4321');
  });

  it('leaves a short chart as it is', () => {
    const short = chart([1, 2, 3]);
    expect(thinChart(short, 1_000).data).toBe(short);
  });
});

describe('the names at the lines’ ends', () => {
  it('stand apart, inside the plot, in the order of their lines', () => {
    const heights = fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { maxLength: 8 });
    fc.assert(
      fc.property(heights, (ys) => {
        const placed = spreadLabels(
          ys.map((y, key) => ({ key, y })),
          14,
          200,
        );
        placed.forEach(({ y, key }, at) => {
          expect(y).toBeGreaterThanOrEqual(7 - 1e-9);
          expect(y).toBeLessThanOrEqual(193 + 1e-9);
          const before = placed[at - 1];
          if (before === undefined) return;
          expect(y - before.y).toBeGreaterThanOrEqual(14 - 1e-9);
          expect(ys[before.key]).toBeLessThanOrEqual(ys[key] ?? 0);
        });
      }),
    );
  });
});

describe('the summary', () => {
  it('says the range and the last value of each series', () => {
    expect(summariseChart('Tokens by step', chart([5, null, 1_200]), '')).toBe(
      'Tokens by step, in tokens, from step 0 to step 2. tokens: 5 to 1,200, last 1,200.',
    );
  });

  it('says why there is nothing', () => {
    expect(summariseChart('Tokens by step', null, 'No LM calls.')).toBe('Tokens by step. No LM calls.');
  });

  it('tells a chart with values from one without', () => {
    expect(hasValues(chart([null, null]))).toBe(false);
    expect(hasValues(chart([null, 0]))).toBe(true);
  });
});

describe('units', () => {
  it('keep unknown apart from zero', () => {
    expect(scoreUnit.exact(null)).toBe('–');
    expect(scoreUnit.exact(0)).toBe('0.00');
  });
  it('name the places of an axis shortly, at any size', () => {
    expect([0, 2e-7, 0.5, -2, 15_000, 2.5e9].map(dollarUnit.axis)).toEqual([
      '$0',
      '$0.0000002',
      '$0.5',
      '−$2',
      '$15k',
      '$2.5B',
    ]);
    expect([0, 2.5e9].map(tokenUnit.axis)).toEqual(['0', '2.5B']);
    expect([0, 0.002, 250, 1_500, 3e7].map(durationUnit.axis)).toEqual([
      '0',
      '0.002 ms',
      '250 ms',
      '1.5 s',
      '30k s',
    ]);
  });
});
