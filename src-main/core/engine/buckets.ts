const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Widths that people read easily, ascending. */
const WIDTHS_MS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * MINUTE),
  ...[1, 2, 3, 4, 6, 8, 12].map((n) => n * HOUR),
  ...[1, 2, 4, 7, 14, 28, 91, 182, 364].map((n) => n * DAY),
];

export interface Buckets {
  readonly startMs: number[];
  readonly bucketMs: number;
}

/** Buckets over [first, last] with a readable width, at most `points` of them; starts are multiples of the width. */
export function chooseBuckets(firstMs: number, lastMs: number, points: number): Buckets {
  const fits = (width: number) => Math.floor(lastMs / width) - Math.floor(firstMs / width) + 1 <= points;
  let bucketMs = WIDTHS_MS.find(fits) ?? 364 * DAY;
  while (!fits(bucketMs)) bucketMs *= 2;
  const start = Math.floor(firstMs / bucketMs) * bucketMs;
  const count = Math.floor(lastMs / bucketMs) - Math.floor(firstMs / bucketMs) + 1;
  return { startMs: Array.from({ length: count }, (_, at) => start + at * bucketMs), bucketMs };
}

/** The roll-ups of LM calls count in five minutes. */
const SLOT_MS = 5 * MINUTE;

export function isOfSlots({ bucketMs }: Buckets): boolean {
  return bucketMs % SLOT_MS === 0;
}

/** Buckets as the roll-ups' statements take them. */
export function toSlots({ startMs, bucketMs }: Buckets): { start_slot: number; slots: number } {
  return { start_slot: (startMs[0] ?? 0) / SLOT_MS, slots: bucketMs / SLOT_MS };
}
