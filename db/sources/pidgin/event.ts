import { z } from 'zod';

/**
 * One line of a Pidgin events file. Three shapes are in the wild: *legacy* keeps its fields below `data`; *flat* and *newest* have them at
 * the top, the newest with an `event_id` and the tokens on MessageCompleteEvent. Every field beside type and time is optional: files end in
 * the middle, and versions differ.
 */
export const eventLine = z.looseObject({
  event_type: z.string().endsWith('Event'),
  timestamp: z.string(),
  data: z.looseObject({}).optional(),
});

export type Shape = 'legacy' | 'flat' | 'newest';

export interface PidginEvent {
  readonly type: string;
  /** ISO 8601 with the zone left out: UTC. */
  readonly at: string | null;
  /** The time names its zone. */
  readonly isZoned: boolean;
  readonly shape: Shape;
  readonly fields: Fields;
}

export type Fields = Readonly<Record<string, unknown>>;

/**
 * Undefined: valid JSON perhaps, but no Pidgin event. By hand, as every line passes here: a zod object of the same took a third of the whole
 * reading. `recognise` asks zod; a field that is not what it should be is passed over where it is used (`textIn`, `wholeIn`, `amountIn`).
 */
export function parseEvent(value: unknown): PidginEvent | undefined {
  if (!isFields(value)) return undefined;
  const { event_type: type, timestamp, data } = value;
  if (typeof type !== 'string' || !type.endsWith('Event') || typeof timestamp !== 'string') return undefined;
  const isLegacy = isFields(data);
  const shape = isLegacy ? 'legacy' : value.event_id === undefined ? 'flat' : 'newest';
  return {
    type,
    at: utc(timestamp),
    isZoned: ZONE.test(timestamp),
    shape,
    fields: isLegacy ? data : value,
  };
}

/** What an event says beside its type and time, without the parts that stand elsewhere. */
export function detailsOf(fields: Fields, without: readonly string[] = []): Record<string, unknown> {
  const details: Record<string, unknown> = {};
  for (const name in fields) if (!OUTER.has(name) && !without.includes(name)) details[name] = fields[name];
  return details;
}

const OUTER = new Set(['event_type', 'timestamp', 'conversation_history']);

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textIn(fields: Fields, name: string): string | null {
  const value = fields[name];
  return typeof value === 'string' ? value : null;
}

/** A whole number that is not negative: a count. */
export function wholeIn(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

export function amountIn(fields: Fields, name: string): number | null {
  const value = fields[name];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

const ZONE = /(?:Z|[+-]\d{2}:?\d{2})$/;
const UTC = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)?$/;

/** Outer times are UTC, with or without saying so. Microseconds are kept. */
function utc(timestamp: string): string | null {
  if (UTC.test(timestamp)) return timestamp.replace(/Z$|\+00:00$/, '').replace(' ', 'T');
  const time = Date.parse(ZONE.test(timestamp) ? timestamp : `${timestamp}Z`);
  return Number.isNaN(time) ? null : new Date(time).toISOString().slice(0, -1);
}
