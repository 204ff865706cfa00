import type { z } from 'zod';
import type { sumUsage } from '../../../db/analytics/queries';

type UsageRow = z.output<ReturnType<typeof sumUsage>['row']>;

const OWN_SERIES = 8;
const OTHER = 'other';

interface Series {
  readonly model: string | null;
  readonly values: (number | null)[];
}

/** Rows by bucket and model → a series a model: the eight with the most calls, the rest together as `other`. */
export function toUsageSeries(rows: readonly UsageRow[], buckets: number) {
  const callsOf = new Map<string | null, number>();
  for (const row of rows) callsOf.set(row.model, (callsOf.get(row.model) ?? 0) + row.calls);
  // Rows come in no order: as many calls go by name.
  const ranked = [...callsOf]
    .sort((a, b) => b[1] - a[1] || (a[0] ?? '').localeCompare(b[0] ?? ''))
    .map(([model]) => model);
  const own = ranked.slice(0, OWN_SERIES);
  const names = ranked.length > OWN_SERIES ? [...own, OTHER] : own;
  const series = (figure: (row: UsageRow) => number | null): Series[] => {
    const all = new Map(names.map((model) => [model, new Array<number | null>(buckets).fill(null)]));
    for (const row of rows) {
      const values = all.get(own.includes(row.model) ? row.model : OTHER);
      const value = figure(row);
      // Rows that landed after the bounds were asked for may lie outside of them: the next revision shows them.
      if (row.bucket === null || row.bucket < 0 || row.bucket >= buckets) continue;
      if (values === undefined || value === null) continue;
      values[row.bucket] = (values[row.bucket] ?? 0) + value;
    }
    return [...all].map(([model, values]) => ({ model, values }));
  };
  return {
    tokens: series((row) => row.tokens),
    costUsd: series((row) => row.cost_usd),
    calls: series((row) => row.calls),
  };
}
