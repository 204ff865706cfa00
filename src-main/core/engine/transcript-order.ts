import type { z } from 'zod';
import type { transcriptItems } from '../../../db/analytics/queries';

/** The transcript's order: steps in theirs, each heading what belongs to it in the order of time; what names no step comes last. Pure. */

export type ItemRow = z.output<(typeof transcriptItems)['row']>;
export type ItemKind = ItemRow['item'];

export interface OrderedItem {
  readonly item: ItemKind;
  /** Null: the head of what names no step. */
  readonly key: bigint | null;
  /** The step that it stands under; null when the session has no such step. */
  readonly stepKey: bigint | null;
}

interface Placed extends OrderedItem {
  readonly stepPlace: number;
  readonly atUs: number;
  readonly sequence: bigint | null;
}

/** Unknown times come last. */
const NEVER = Number.POSITIVE_INFINITY;
const REST = Number.POSITIVE_INFINITY;
/** What happened at the same moment: what was said, then what it led to. */
const KIND_PLACES: Readonly<Record<ItemKind, number>> = { step: 0, message: 1, event: 2, reward: 3 };

export class TranscriptOrder {
  readonly items: readonly OrderedItem[];
  private readonly counts = new Map<bigint | null, { events: number; messages: number }>();
  private readonly environment: ReadonlyMap<bigint, bigint | null>;
  private positions: ReadonlyMap<string, number> | undefined;

  constructor(rows: readonly ItemRow[]) {
    const steps = stepsOf(rows);
    const placed = placeItems(rows, steps);
    for (const { item, stepKey } of placed) this.count(item, stepKey);
    const heads = steps.map((row, stepPlace) => headOf(row.key, stepPlace));
    if (placed.some(({ stepKey }) => stepKey === null)) heads.push(headOf(null, REST));
    this.items = [...heads, ...placed].sort(byPlace);
    this.environment = previousOf(rows);
  }

  /** How many events and messages stand under a step. */
  countsOf(stepKey: bigint | null): { readonly events: number; readonly messages: number } {
    return this.counts.get(stepKey) ?? { events: 0, messages: 0 };
  }

  isEnvironment(eventKey: bigint): boolean {
    return this.environment.has(eventKey);
  }

  /** The environment's event before this one of its own, by time. */
  environmentBefore(eventKey: bigint): bigint | null {
    return this.environment.get(eventKey) ?? null;
  }

  positionOf(item: ItemKind, key: bigint): number | undefined {
    this.positions ??= new Map(this.items.map((one, position) => [nameOf(one.item, one.key), position]));
    return this.positions.get(nameOf(item, key));
  }

  private count(item: ItemKind, stepKey: bigint | null): void {
    const counts = this.counts.get(stepKey) ?? { events: 0, messages: 0 };
    if (item === 'event') counts.events += 1;
    if (item === 'message') counts.messages += 1;
    this.counts.set(stepKey, counts);
  }
}

function nameOf(item: ItemKind, key: bigint | null): string {
  return `${item} ${key}`;
}

function stepsOf(rows: readonly ItemRow[]): ItemRow[] {
  return rows
    .filter((row) => row.item === 'step')
    .sort(
      (a, b) =>
        compareKeys(a.sequence, b.sequence) ||
        compareNumbersOrNull(a.turn_number, b.turn_number) ||
        compareNumbersOrNull(a.at_us, b.at_us) ||
        compareKeys(a.key, b.key),
    );
}

function headOf(key: bigint | null, stepPlace: number): Placed {
  return { item: 'step', key, stepKey: key, stepPlace, atUs: NEVER, sequence: null };
}

/** A reward stands where its event or message stands; one that names only a turn, in the first step of that turn. */
function placeItems(rows: readonly ItemRow[], steps: readonly ItemRow[]): Placed[] {
  const placeOf = new Map(steps.map((row, place) => [row.key, place]));
  const firstOfTurn = new Map(steps.toReversed().map((row) => [row.turn_number, row.key]));
  const rewards = rows.filter((row) => row.item === 'reward');
  const named = (item: ItemKind) =>
    new Map(rewards.length === 0 ? [] : rows.filter((row) => row.item === item).map((row) => [row.key, row]));
  const events = named('event');
  const messages = named('message');
  const place = (row: ItemRow, stepKey: bigint | null, from: readonly (ItemRow | undefined)[]): Placed => {
    const stepPlace = stepKey === null ? undefined : placeOf.get(stepKey);
    return {
      item: row.item,
      key: row.key,
      stepKey: stepPlace === undefined ? null : stepKey,
      stepPlace: stepPlace ?? REST,
      atUs: first(from, (one) => one.at_us) ?? NEVER,
      sequence: first(from, (one) => one.sequence),
    };
  };
  return rows.flatMap((row) => {
    if (row.item === 'step') return [];
    if (row.item !== 'reward') return [place(row, row.step_key, [row])];
    const event = row.event_key === null ? undefined : events.get(row.event_key);
    const message = row.message_key === null ? undefined : messages.get(row.message_key);
    const ofTurn = row.turn_number === null ? null : (firstOfTurn.get(row.turn_number) ?? null);
    const stepKey = first([event, message], (one) => one.step_key) ?? ofTurn;
    return [place(row, stepKey, [event, message, row])];
  });
}

function first<T>(rows: readonly (ItemRow | undefined)[], figure: (row: ItemRow) => T | null): T | null {
  for (const row of rows) {
    const value = row === undefined ? null : figure(row);
    if (value !== null) return value;
  }
  return null;
}

function byPlace(a: Placed, b: Placed): number {
  return (
    compareNumbers(a.stepPlace, b.stepPlace) ||
    Number(a.item !== 'step') - Number(b.item !== 'step') ||
    compareNumbers(a.atUs, b.atUs) ||
    compareKeys(a.sequence, b.sequence) ||
    KIND_PLACES[a.item] - KIND_PLACES[b.item] ||
    compareKeys(a.key, b.key)
  );
}

/** Each of the environment's events → the one before it. */
function previousOf(rows: readonly ItemRow[]): Map<bigint, bigint | null> {
  const ordered = rows
    .filter((row) => row.is_environment)
    .sort(
      (a, b) =>
        compareNumbersOrNull(a.at_us, b.at_us) ||
        compareKeys(a.sequence, b.sequence) ||
        compareKeys(a.key, b.key),
    );
  return new Map(ordered.map((row, at) => [row.key, ordered[at - 1]?.key ?? null]));
}

function compareNumbersOrNull(a: number | null, b: number | null): number {
  return compareNumbers(a ?? NEVER, b ?? NEVER);
}

/** Two infinities are equal; their difference is no number. */
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : Number(a > b);
}

function compareKeys(a: bigint | null, b: bigint | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -1 : Number(a > b);
}
