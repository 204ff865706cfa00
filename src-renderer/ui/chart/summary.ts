import type { ChartData } from './chart-data';

/** The chart in a sentence a series, for those who do not see it. */
export function summariseChart(title: string, data: ChartData | null, empty: string): string {
  if (data === null || data.x.values.length === 0) return `${title}. ${empty}`;
  const last = data.x.values.length - 1;
  const parts = data.series.slice(0, 9).map(({ label, values }) => {
    const known = values.filter((value) => value !== null);
    if (known.length === 0) return `${label}: no values`;
    let low = Number.POSITIVE_INFINITY;
    let high = Number.NEGATIVE_INFINITY;
    for (const value of known) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const { exact } = data.unit;
    return `${label}: ${exact(low)} to ${exact(high)}, last ${exact(known.at(-1) ?? null)}`;
  });
  return `${title}, in ${data.unit.name}, from ${data.x.describe(0)} to ${data.x.describe(last)}. ${parts.join('; ')}.`;
}
