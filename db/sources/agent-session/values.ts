/** What logs of agents hold, read without trusting it. */

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object, or an empty one. */
export function jsonOf(value: unknown): Json {
  return isJson(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A text that says something. */
export function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

const MOST = 2n ** 63n - 1n;

/** A whole number that is not negative; anything else is unknown. */
export function countOf(value: unknown): bigint | null {
  if (typeof value === 'bigint') return value >= 0n && value <= MOST ? value : null;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? BigInt(value) : null;
}

export function amountOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}

/** The sum of what is known; null where nothing is. */
export function sumOf(...values: readonly (bigint | null)[]): bigint | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0n);
}

const PLAIN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?$/;
/** Numbers beyond are milliseconds: 1973 in those, 5138 in seconds. */
const MOST_SECONDS = 100_000_000_000;

/** UTC without a zone, as the canonical tables keep it: from ISO 8601 (naive is UTC), Unix seconds or milliseconds. */
export function utcOf(value: unknown): string | null {
  if (typeof value === 'number')
    return Number.isFinite(value) ? ofMs(value > MOST_SECONDS ? value : value * 1000) : null;
  if (typeof value !== 'string') return null;
  const plain = value
    .trim()
    .replace(/(?:Z|\+00:?00)$/i, '')
    .replace(' ', 'T');
  if (PLAIN.test(plain) && !Number.isNaN(Date.parse(`${plain}Z`))) return plain;
  // Without a zone it is UTC in every other form too, wherever this machine is.
  const naive = Date.parse(`${plain}Z`);
  const parsed = Number.isNaN(naive) ? Date.parse(value) : naive;
  return Number.isNaN(parsed) ? null : ofMs(parsed);
}

function ofMs(ms: number): string | null {
  if (Math.abs(ms) > 8.64e15) return null;
  const text = new Date(ms).toISOString().slice(0, -1);
  return PLAIN.test(text) ? text : null;
}

export function msOf(utc: string | null): number | null {
  return utc === null ? null : Date.parse(`${utc}Z`);
}

/** JSON in a text; undefined where it holds none. */
export function parsedJson(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
