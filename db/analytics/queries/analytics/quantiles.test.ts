import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countBins, quantilesOfBins } from './quantiles';

const shares = [0, 0.5, 0.95, 0.99, 1];

/** The text of `roll-up-usage.sql`, as bytes. */
function binsOf(values: readonly number[]): Uint8Array {
  const codes = values.map((value) => (value > 0 ? 512 + Math.floor(51 * Math.log(value)) : 128));
  return new TextEncoder().encode(String.fromCharCode(...codes));
}

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
      const found = quantilesOfBins(countBins(binsOf(values)), shares);
      for (const [at, share] of shares.entries()) {
        const wanted = exact(values, share);
        expect(Math.abs((found[at] ?? Number.NaN) - wanted)).toBeLessThanOrEqual(wanted * 0.01);
      }
    }),
  );
});

test('calls that took no time are 0, and no calls have no percentile', () => {
  expect(quantilesOfBins(countBins(binsOf([0, -1, 0])), [0.5])).toEqual([0]);
  expect(quantilesOfBins(countBins(null), [0.5])).toEqual([null]);
});

test('counts of several parts are those of all of them', () => {
  const counts = countBins(binsOf([5, 9]), countBins(binsOf([100, 100])));
  expect(counts).toEqual(countBins(binsOf([100, 5, 100, 9])));
});
