import type { z } from 'zod';
import type { CostRow, sumUsage } from '../../../db/analytics/queries';
import { toCost } from './rows';

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
      if (row.bucket === null || values === undefined || value === null) continue;
      values[row.bucket] = (values[row.bucket] ?? 0) + value;
    }
    return [...all].map(([model, values]) => ({ model, values }));
  };
  return {
    tokens: series((row) => row.tokens),
    costUsd: series((row) => row.cost_usd),
    calls: series((row) => row.calls),
    cost: toCost(sumCosts(rows)),
  };
}

function sumCosts(rows: readonly CostRow[]): CostRow {
  const sum = (figure: (row: CostRow) => number | null) =>
    rows.reduce<number | null>((total, row) => {
      const value = figure(row);
      return value === null ? total : (total ?? 0) + value;
    }, null);
  return {
    cost_usd: sum((row) => row.cost_usd),
    cost_reported_usd: sum((row) => row.cost_reported_usd),
    cost_rounded_usd: sum((row) => row.cost_rounded_usd),
    cost_priced_usd: sum((row) => row.cost_priced_usd),
    calls_reported: sum((row) => row.calls_reported),
    calls_rounded: sum((row) => row.calls_rounded),
    calls_rounded_zero: sum((row) => row.calls_rounded_zero),
    calls_priced: sum((row) => row.calls_priced),
    calls_unpriced: sum((row) => row.calls_unpriced),
  };
}
