/** Of `roll-up-tables.sql`: bins a factor e, and the code of the bin that begins at 1 ms. */
const BINS = 51;
const FIRST_CODE = 512;
const NOT_POSITIVE = 128;
const CODES = 2_048;

/** How far a percentile made from bins may be off; the provenance says so. */
export const BIN_ERROR = '±1 %';

/** How many calls have a latency in each bin, by its code. */
export type BinCounts = Uint32Array;

/** Counts the characters of `bins`, each two bytes of UTF-8; added to `counts` where these are given. */
export function countBins(utf8: Uint8Array | null, counts: BinCounts = new Uint32Array(CODES)): BinCounts {
  if (utf8 === null) return counts;
  for (let at = 0; at < utf8.length; at += 2) {
    const code = (((utf8[at] ?? 0) & 0x1f) << 6) | ((utf8[at + 1] ?? 0) & 0x3f);
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
}

/** Percentiles as `quantile_cont` would give them, each value taken as the middle of its bin. Null without values. */
export function quantilesOfBins(counts: BinCounts, shares: readonly number[]): (number | null)[] {
  const upTo = new Uint32Array(counts.length);
  let total = 0;
  for (let code = 0; code < counts.length; code += 1) {
    total += counts[code] ?? 0;
    upTo[code] = total;
  }
  if (total === 0) return shares.map(() => null);
  const valueAt = (rank: number) => middleOf(firstAbove(upTo, rank));
  return shares.map((share) => {
    const place = share * (total - 1);
    const below = Math.floor(place);
    const low = valueAt(below);
    return place === below ? low : low + (valueAt(below + 1) - low) * (place - below);
  });
}

/** Where ascending numbers first pass a limit; the last place when they never do. */
function firstAbove(ascending: Uint32Array, limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) > limit) high = middle;
    else low = middle + 1;
  }
  return low;
}

function middleOf(code: number): number {
  return code === NOT_POSITIVE ? 0 : Math.exp((code - FIRST_CODE + 0.5) / BINS);
}
