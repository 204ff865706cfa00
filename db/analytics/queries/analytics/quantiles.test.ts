import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quantilesOfBins } from './quantiles';

const shares = [0, 0.5, 0.95, 0.99, 1];

/** `quantile_cont`. */
function exact(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  const high = sorted[Math.ceil(place)] ?? Number.NaN;
  return low + (high - low) * (place - Math.floor(place));
}

test('percentiles made from bins are within 1 % of the exact ones', () => {
  const latency = fc.double({ min: 1e-3, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(fc.array(latency, { minLength: 1, maxLength: 200 }), (values) => {
      const bins = values.map((value) => Math.floor(51 * Math.log(value)));
      const found = quantilesOfBins({ bins, counts: bins.map(() => 1) }, shares);
      for (const [at, share] of shares.entries()) {
        const wanted = exact(values, share);
        expect(Math.abs((found[at] ?? Number.NaN) - wanted)).toBeLessThanOrEqual(wanted * 0.01);
      }
    }),
  );
});

test('calls that took no time are 0, and no calls have no percentile', () => {
  expect(quantilesOfBins({ bins: [-32_768], counts: [3] }, [0.5])).toEqual([0]);
  expect(quantilesOfBins({ bins: [], counts: [] }, [0.5])).toEqual([null]);
});
