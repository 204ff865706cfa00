import type { z } from 'zod';
import type { transcriptItems } from '../../../db/analytics/queries';

type ItemRow = z.output<(typeof transcriptItems)['row']>;

/** A place of a kind here is its number in the columns. What happened at the same moment: what was said, then what it led to. */
export const itemKinds = ['step', 'message', 'event', 'reward'] as const;
export type ItemKind = (typeof itemKinds)[number];

export const STEP = itemKinds.indexOf('step');
export const MESSAGE = itemKinds.indexOf('message');
export const EVENT = itemKinds.indexOf('event');

/** No key. */
export const NONE = -(2n ** 63n);
/** Unknown times and numbers come last. */
export const NEVER = Number.POSITIVE_INFINITY;
export const LAST = 2n ** 63n - 1n;

const FIRST_ROOM = 1_024;

/** The items of a session as columns, by row: as objects a million of them took half a gigabyte. */
export class ItemColumns {
  size = 0;
  kinds = new Uint8Array(FIRST_ROOM);
  keys = new BigInt64Array(FIRST_ROOM);
  /** NONE: it names no step. */
  stepKeys = new BigInt64Array(FIRST_ROOM);
  /** Microseconds since 1970, or NEVER. */
  times = new Float64Array(FIRST_ROOM);
  /** Of a step its index; LAST: unknown. */
  sequences = new BigInt64Array(FIRST_ROOM);
  turns = new Float64Array(FIRST_ROOM);
  /** 1: an event of the environment. */
  environment = new Uint8Array(FIRST_ROOM);
  /** By row, of rewards alone: what they are for. */
  readonly rewarded = new Map<number, { readonly event: bigint | null; readonly message: bigint | null }>();

  add(row: ItemRow): void {
    if (this.size === this.kinds.length) this.grow();
    const at = this.size;
    this.kinds[at] = itemKinds.indexOf(row.item);
    this.keys[at] = row.key;
    this.stepKeys[at] = row.step_key ?? NONE;
    this.times[at] = row.at_us ?? NEVER;
    this.sequences[at] = row.sequence ?? LAST;
    this.turns[at] = row.turn_number ?? NEVER;
    this.environment[at] = Number(row.is_environment);
    if (row.item === 'reward') this.rewarded.set(at, { event: row.event_key, message: row.message_key });
    this.size += 1;
  }

  /** The rows of which this is so. */
  rows(holds: (row: number) => boolean): Uint32Array {
    const rows = new Uint32Array(this.size);
    let count = 0;
    for (let row = 0; row < this.size; row += 1) if (holds(row)) rows[count++] = row;
    return rows.slice(0, count);
  }

  compareKeys(a: number, b: number): number {
    return compare(this.keys[a] ?? NONE, this.keys[b] ?? NONE);
  }

  compareTimes(a: number, b: number): number {
    return compare(this.times[a] ?? NEVER, this.times[b] ?? NEVER);
  }

  compareSequences(a: number, b: number): number {
    return compare(this.sequences[a] ?? LAST, this.sequences[b] ?? LAST);
  }

  compareTurns(a: number, b: number): number {
    return compare(this.turns[a] ?? NEVER, this.turns[b] ?? NEVER);
  }

  compareKinds(a: number, b: number): number {
    return compare(this.kinds[a] ?? STEP, this.kinds[b] ?? STEP);
  }

  private grow(): void {
    const room = 2 * this.kinds.length;
    this.kinds = grown(new Uint8Array(room), this.kinds);
    this.keys = grown(new BigInt64Array(room), this.keys);
    this.stepKeys = grown(new BigInt64Array(room), this.stepKeys);
    this.times = grown(new Float64Array(room), this.times);
    this.sequences = grown(new BigInt64Array(room), this.sequences);
    this.turns = grown(new Float64Array(room), this.turns);
    this.environment = grown(new Uint8Array(room), this.environment);
  }
}

function grown<T extends { set(from: T): void }>(into: T, from: T): T {
  into.set(from);
  return into;
}

/** Two infinities are equal; their difference is no number. */
function compare<T extends number | bigint>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}
