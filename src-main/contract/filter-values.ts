/** The values of the filter bar: numbers with k and M, durations with a unit, dates of the precision they are written in. */

const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1_000, m: 1_000_000, b: 1_000_000_000 };
const DURATIONS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  '': 1_000,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

export function parseNumber(text: string): number | undefined {
  const found = /^\$?(-?\d+(?:\.\d+)?|-?\.\d+)(?:e(-?\d+))?([kmb]?)$/i.exec(text);
  if (found === null) return undefined;
  const factor = FACTORS[found[3]?.toLowerCase() ?? ''] ?? 1;
  return Number(`${found[1]}e${found[2] ?? '0'}`) * factor;
}

/** Milliseconds; a bare number is seconds. */
export function parseDuration(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|)$/i.exec(text);
  if (found === null) return undefined;
  return Number(found[1]) * (DURATIONS_MS[found[2]?.toLowerCase() ?? ''] ?? 1);
}

const TIME =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?)?(?:Z|\+00:00)?)?)?)?$/;

/** The year, month, day, hour, minute or second that is written, as [from, to) in epoch milliseconds. UTC. */
export function parseTimeRange(text: string): { fromMs: number; toMs: number } | undefined {
  const found = TIME.exec(text);
  if (found === null) return undefined;
  const parts = found
    .slice(1)
    .map((part, at) => (part === undefined ? undefined : Number(at === 6 ? part.padEnd(3, '0') : part)));
  const written = parts.findLastIndex((part) => part !== undefined);
  const fromMs = timeOf(parts, -1);
  const isReal = new Date(fromMs).toISOString().startsWith(text.slice(0, 10).replace(' ', 'T'));
  return isReal ? { fromMs, toMs: timeOf(parts, written) } : undefined;
}

function timeOf(parts: readonly (number | undefined)[], bumped: number): number {
  const at = (index: number, fallback: number) => (parts[index] ?? fallback) + (index === bumped ? 1 : 0);
  return Date.UTC(at(0, 1970), at(1, 1) - 1, at(2, 1), at(3, 0), at(4, 0), at(5, 0), at(6, 0));
}
