import {
  EVENT,
  type ItemColumns,
  type ItemKind,
  itemKinds,
  LAST,
  MESSAGE,
  NEVER,
  NONE,
  STEP,
} from './transcript-columns';

/** The transcript's order: steps in theirs, each heading what belongs to it in the order of time; what names no step comes last. Pure. */

export interface OrderedItem {
  readonly item: ItemKind;
  /** Null: the head of what names no step. */
  readonly key: bigint | null;
  /** The step that it stands under; null when the session has no such step. */
  readonly stepKey: bigint | null;
}

/** Of a position: the head of what names no step. Of a row: none. */
const NO_ROW = 2 ** 32 - 1;
const NOTHING = { events: 0, messages: 0 } as const;

export class TranscriptOrder {
  readonly length: number;
  private readonly kinds: Uint8Array;
  private readonly keys: BigInt64Array;
  /** By row: which step it stands under, by its place in their order; behind the last: none. */
  private readonly places: Uint32Array;
  /** By place: the row of the step. */
  private readonly steps: Uint32Array;
  private readonly placeOf: ReadonlyMap<bigint, number>;
  /** By position: the row. */
  private readonly rows: Uint32Array;
  private readonly counts: { readonly events: Uint32Array; readonly messages: Uint32Array };
  /** By row of the environment's events: the one before it; of others themselves. */
  private readonly previous: Uint32Array;
  /** Rows by kind and key. */
  private readonly byName: Uint32Array;
  private positions: Uint32Array | undefined;
  private heads: readonly number[] | undefined;

  constructor(items: ItemColumns) {
    this.kinds = items.kinds;
    this.keys = items.keys;
    this.steps = stepsOf(items);
    const rest = this.steps.length;
    this.placeOf = new Map([...this.steps].map((row, place) => [items.keys[row] ?? NONE, place]));
    placeRewards(items, this.steps);
    this.places = new Uint32Array(items.size);
    this.counts = { events: new Uint32Array(rest + 1), messages: new Uint32Array(rest + 1) };
    const under = new Uint32Array(rest + 1);
    // Rows of a step come together: it is looked up once for all of them.
    let step = NONE;
    let place = this.placeOf.get(step) ?? rest;
    for (let row = 0; row < items.size; row += 1) {
      const kind = items.kinds[row];
      const key = (kind === STEP ? items.keys : items.stepKeys)[row] ?? NONE;
      if (key !== step) place = this.placeOf.get(key) ?? rest;
      step = key;
      this.places[row] = place;
      if (kind === STEP) continue;
      increase(under, place);
      if (kind === EVENT) increase(this.counts.events, place);
      if (kind === MESSAGE) increase(this.counts.messages, place);
    }
    this.rows = inOrder(items, { steps: this.steps, places: this.places, under });
    this.length = this.rows.length;
    this.previous = previousOf(items);
    this.byName = sorted(
      items.rows(() => true),
      (a, b) => items.compareKinds(a, b) || items.compareKeys(a, b),
    );
  }

  slice(from: number, to: number): OrderedItem[] {
    return Array.from(this.rows.subarray(from, to), (row) => this.itemOf(row));
  }

  /** How many events and messages stand under a step. */
  countsOf(stepKey: bigint | null): { readonly events: number; readonly messages: number } {
    const place = stepKey === null ? this.steps.length : this.placeOf.get(stepKey);
    if (place === undefined) return NOTHING;
    return { events: this.counts.events[place] ?? 0, messages: this.counts.messages[place] ?? 0 };
  }

  isEnvironment(eventKey: bigint): boolean {
    const row = this.rowOf('event', eventKey);
    return row !== undefined && this.previous[row] !== row;
  }

  /** The environment's event before this one of its own, by time. */
  environmentBefore(eventKey: bigint): bigint | null {
    const row = this.rowOf('event', eventKey);
    const before = row === undefined ? NO_ROW : (this.previous[row] ?? NO_ROW);
    return before === row || before === NO_ROW ? null : (this.keys[before] ?? null);
  }

  positionOf(item: ItemKind, key: bigint): number | undefined {
    const row = this.rowOf(item, key);
    this.positions ??= inverse(this.rows, this.places.length);
    return row === undefined ? undefined : this.positions[row];
  }

  /** Where the heads stand, that of what names no step included. */
  headPositions(): readonly number[] {
    this.heads ??= this.findHeads();
    return this.heads;
  }

  private findHeads(): number[] {
    const positions: number[] = [];
    for (const [position, row] of this.rows.entries())
      if (row === NO_ROW || this.kinds[row] === STEP) positions.push(position);
    return positions;
  }

  private itemOf(row: number): OrderedItem {
    if (row === NO_ROW) return { item: 'step', key: null, stepKey: null };
    const step = this.steps[this.places[row] ?? this.steps.length];
    return {
      item: itemKinds[this.kinds[row] ?? STEP] ?? 'step',
      key: this.keys[row] ?? null,
      stepKey: step === undefined ? null : (this.keys[step] ?? null),
    };
  }

  private rowOf(item: ItemKind, key: bigint): number | undefined {
    const kind = itemKinds.indexOf(item);
    let low = 0;
    let high = this.byName.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const row = this.byName[middle] ?? NO_ROW;
      const found = this.kinds[row] ?? STEP;
      if (found < kind || (found === kind && (this.keys[row] ?? NONE) < key)) low = middle + 1;
      else high = middle;
    }
    const row = this.byName[low];
    return row !== undefined && this.kinds[row] === kind && this.keys[row] === key ? row : undefined;
  }
}

function stepsOf(items: ItemColumns): Uint32Array {
  return items
    .rows((row) => items.kinds[row] === STEP)
    .sort(
      (a, b) =>
        items.compareSequences(a, b) ||
        items.compareTurns(a, b) ||
        items.compareTimes(a, b) ||
        items.compareKeys(a, b),
    );
}

/** A reward stands where its event or message stands; one that names only a turn, in the first step of that turn. */
function placeRewards(items: ItemColumns, steps: Uint32Array): void {
  if (items.rewarded.size === 0) return;
  const events = rowsOf(items, EVENT, 'event');
  const messages = rowsOf(items, MESSAGE, 'message');
  const firstOfTurn = new Map([...steps].reverse().map((row) => [items.turns[row], items.keys[row]]));
  for (const [row, { event, message }] of items.rewarded) {
    const from = [
      event === null ? undefined : events.get(event),
      message === null ? undefined : messages.get(message),
    ].filter((one) => one !== undefined);
    const turn = items.turns[row] ?? NEVER;
    const ofTurn = turn === NEVER ? NONE : (firstOfTurn.get(turn) ?? NONE);
    const known = <T>(column: ArrayLike<T>, unknown: T) =>
      from.map((one) => column[one]).find((value) => value !== unknown);
    items.stepKeys[row] = known(items.stepKeys, NONE) ?? ofTurn;
    items.times[row] = known(items.times, NEVER) ?? items.times[row] ?? NEVER;
    items.sequences[row] = known(items.sequences, LAST) ?? LAST;
  }
}

/** Of what rewards are for: where it stands. */
function rowsOf(items: ItemColumns, kind: number, name: 'event' | 'message'): Map<bigint, number> {
  const wanted = new Set([...items.rewarded.values()].map((one) => one[name]));
  const rows = items.rows((row) => items.kinds[row] === kind && wanted.has(items.keys[row] ?? NONE));
  return new Map([...rows].map((row) => [items.keys[row] ?? NONE, row]));
}

/** By position: each step's row with those under it behind, then the head of what names no step, if anything does not. */
function inOrder(
  items: ItemColumns,
  {
    steps,
    places,
    under,
  }: { readonly steps: Uint32Array; readonly places: Uint32Array; readonly under: Uint32Array },
): Uint32Array {
  const hasRest = (under[steps.length] ?? 0) > 0;
  const rows = new Uint32Array(items.size + Number(hasRest));
  const ends = new Uint32Array(under.length);
  let position = 0;
  for (const [place, count] of under.entries()) {
    if (place === steps.length && !hasRest) break;
    rows[position] = steps[place] ?? NO_ROW;
    ends[place] = position + 1;
    position += 1 + count;
  }
  for (let row = 0; row < items.size; row += 1) {
    if (items.kinds[row] === STEP) continue;
    const place = places[row] ?? steps.length;
    rows[ends[place] ?? 0] = row;
    increase(ends, place);
  }
  const byMoment = (a: number, b: number) =>
    items.compareTimes(a, b) ||
    items.compareSequences(a, b) ||
    items.compareKinds(a, b) ||
    items.compareKeys(a, b);
  for (const [place, end] of ends.entries()) rows.subarray(end - (under[place] ?? 0), end).sort(byMoment);
  return rows;
}

/** Of each of the environment's events the row of the one before it (none: NO_ROW); of any other row itself. */
function previousOf(items: ItemColumns): Uint32Array {
  const previous = items.rows(() => true);
  const environment = sorted(
    items.rows((row) => items.environment[row] === 1),
    (a, b) => items.compareTimes(a, b) || items.compareSequences(a, b) || items.compareKeys(a, b),
  );
  for (const [at, row] of environment.entries()) previous[row] = environment[at - 1] ?? NO_ROW;
  return previous;
}

/** Most rows come in their order: to see that costs a tenth of sorting them. */
function sorted(rows: Uint32Array, compare: (a: number, b: number) => number): Uint32Array {
  const isSorted = rows.every((row, at) => at === 0 || compare(rows[at - 1] ?? 0, row) <= 0);
  return isSorted ? rows : rows.sort(compare);
}

function inverse(rows: Uint32Array, size: number): Uint32Array {
  const positions = new Uint32Array(size);
  for (const [position, row] of rows.entries()) if (row !== NO_ROW) positions[row] = position;
  return positions;
}

function increase(counts: Uint32Array, at: number): void {
  counts[at] = (counts[at] ?? 0) + 1;
}
