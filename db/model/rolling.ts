/** Rolling means and trends over a series of steps, turns or sessions. */

export type Trend = 'increasing' | 'decreasing' | 'stable' | 'fluctuating' | 'unknown';

/** Neighbouring steps that differ by less are level. */
const LEVEL = 0.1;

/**
 * The trend of the last three known values: rising or falling throughout, else stable when each step is under 0.1, else fluctuating;
 * unknown with fewer than three (facts 4.3).
 */
export function trendOf(values: readonly (number | null)[]): Trend {
  const [first, second, third] = values.filter((value) => value !== null).slice(-3);
  if (first === undefined || second === undefined || third === undefined) return 'unknown';
  if (third > second && second > first) return 'increasing';
  if (third < second && second < first) return 'decreasing';
  const isLevel = Math.abs(second - first) < LEVEL && Math.abs(third - second) < LEVEL;
  return isLevel ? 'stable' : 'fluctuating';
}

/**
 * `AVG(value) OVER (ROWS BETWEEN windowSteps - 1 PRECEDING AND CURRENT ROW)`: the mean of the known values among the last `windowSteps`
 * rows, null where none is known. Same length as `values`.
 */
export function rollingMean(values: readonly (number | null)[], windowSteps: number): (number | null)[] {
  return values.map((_, end) => {
    const known = values
      .slice(Math.max(0, end - windowSteps + 1), end + 1)
      .filter((value): value is number => value !== null);
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
  });
}
