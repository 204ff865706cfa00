/** Of `roll-up-tables.sql`: bins a factor e. */
const BINS = 51;
const NOT_POSITIVE = -32_768;

/** How far a percentile made from bins may be off; the provenance says so. */
export const BIN_ERROR = '±1 %';

/** Counts by bin, as they come: in any order, a bin more than once when sources are joined. */
export interface BinCounts {
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

/** Percentiles as `quantile_cont` would give them, each value taken as the middle of its bin. Null without values. */
export function quantilesOfBins({ bins, counts }: BinCounts, shares: readonly number[]): (number | null)[] {
  let lowest = Number.POSITIVE_INFINITY;
  let highest = Number.NEGATIVE_INFINITY;
  for (const bin of bins) {
    if (bin < lowest) lowest = bin;
    if (bin > highest) highest = bin;
  }
  if (bins.length === 0) return shares.map(() => null);
  // Counts up to each bin, all bins in order.
  const upTo = new Float64Array(highest - lowest + 1);
  bins.forEach((bin, at) => {
    upTo[bin - lowest] = (upTo[bin - lowest] ?? 0) + (counts[at] ?? 0);
  });
  for (let at = 1; at < upTo.length; at += 1) upTo[at] = (upTo[at] ?? 0) + (upTo[at - 1] ?? 0);
  const total = upTo.at(-1) ?? 0;
  const valueAt = (rank: number) => middleOf(lowest + upTo.findIndex((count) => rank < count));
  return shares.map((share) => {
    const place = share * (total - 1);
    const below = Math.floor(place);
    const low = valueAt(below);
    return place === below ? low : low + (valueAt(below + 1) - low) * (place - below);
  });
}

function middleOf(bin: number): number {
  return bin === NOT_POSITIVE ? 0 : Math.exp((bin + 0.5) / BINS);
}
