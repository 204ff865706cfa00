/** A span of any recorder, before it becomes rows: ids in lower-case hex (or as they are, where they are no hex), attributes flat. */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly serviceName: string | null;
  readonly name: string | null;
  readonly kind: SpanKind | null;
  readonly startNs: bigint | null;
  readonly endNs: bigint | null;
  readonly status: SpanStatus | null;
  readonly statusMessage: string | null;
  readonly attributes: Attributes;
  readonly events: readonly SpanEvent[];
  readonly links: readonly SpanLink[];
  readonly traceFlags: number | null;
  readonly traceState: string | null;
  /** What is true of everything its process recorded. */
  readonly resource: Attributes;
  /** Its recorder dropped attributes or events of it, and says so. */
  readonly isPartial?: boolean;
}

export type Attributes = Readonly<Record<string, unknown>>;
export type SpanKind = 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
export type SpanStatus = 'UNSET' | 'OK' | 'ERROR';

export interface SpanEvent {
  readonly name: string;
  readonly timeNs: bigint | null;
  readonly attributes: Attributes;
}

export interface SpanLink {
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly attributes: Attributes;
}

const KINDS: Readonly<Record<string, SpanKind>> = {
  '1': 'INTERNAL',
  '2': 'SERVER',
  '3': 'CLIENT',
  '4': 'PRODUCER',
  '5': 'CONSUMER',
  INTERNAL: 'INTERNAL',
  SERVER: 'SERVER',
  CLIENT: 'CLIENT',
  PRODUCER: 'PRODUCER',
  CONSUMER: 'CONSUMER',
};

/** OTLP's number, its name with or without prefix, Jaeger's lower case. Null: unspecified. */
export function kindOf(value: unknown): SpanKind | null {
  if (value === undefined || value === null) return null;
  return KINDS[String(value).toUpperCase().replace('SPAN_KIND_', '')] ?? null;
}

const STATUSES: Readonly<Record<string, SpanStatus>> = {
  '0': 'UNSET',
  '1': 'OK',
  '2': 'ERROR',
  '': 'UNSET',
  UNSET: 'UNSET',
  OK: 'OK',
  ERROR: 'ERROR',
};

/** OTLP's number or name (`2`, `"2"`, `STATUS_CODE_ERROR`, `Error`); nothing is UNSET, as in OTLP. */
export function statusOf(value: unknown): SpanStatus | null {
  if (value === undefined || value === null) return 'UNSET';
  return STATUSES[String(value).toUpperCase().replace('STATUS_CODE_', '')] ?? null;
}

const HEX = /^[0-9a-f]+$/;
const ZERO = /^0*$/;

/**
 * An id in lower-case hex, of `bytes` bytes: as hex of either case or as base64. Another text stays as it is, for recorders that make up
 * their own; all zeros and nothing are no id.
 */
export function idOf(value: unknown, bytes: 8 | 16): string | null {
  if (typeof value !== 'string' || ZERO.test(value)) return null;
  const lower = value.toLowerCase();
  if (value.length === 2 * bytes && HEX.test(lower)) return lower;
  const base64Length = bytes === 16 ? 24 : 12;
  if (value.length !== base64Length || !value.endsWith('=') || /[^\w+/=-]/.test(value))
    return HEX.test(lower) ? lower : value;
  const hex = Buffer.from(value, 'base64').toString('hex');
  if (hex.length !== 2 * bytes) return value;
  return ZERO.test(hex) ? null : hex;
}

const MOST_NS = 2n ** 63n - 1n;

/** Nanoseconds since 1970 from a decimal text or a number of any size. Null: none, zero, or beyond what 64 bits hold. */
export function nanosecondsOf(value: unknown): bigint | null {
  let ns: bigint;
  if (typeof value === 'string' && /^\d{1,30}$/.test(value)) ns = BigInt(value);
  else if (typeof value === 'bigint') ns = value;
  else if (typeof value === 'number' && Number.isFinite(value)) ns = BigInt(Math.round(value));
  else return null;
  return ns > 0n && ns <= MOST_NS ? ns : null;
}

/** ISO text (UTC where it names no zone), up to nanoseconds. */
export function nanosecondsOfIso(value: unknown): bigint | null {
  if (typeof value !== 'string') return null;
  const [, seconds, fraction = '', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d)(?:[.,](\d{1,9})\d*)?\s*(Z|[+-]\d\d:?\d\d|[+-]\d\d)?$/i.exec(
      value,
    ) ?? [];
  if (seconds === undefined) return null;
  const offset = /^[+-]\d\d$/.test(zone) ? `${zone}:00` : zone.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2');
  const ms = Date.parse(`${seconds.replace(' ', 'T')}${offset}`);
  return Number.isNaN(ms) ? null : nanosecondsOf(BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}

/** As the mirror reads times: microseconds since 1970, or ISO where a number that small would be taken for seconds. */
export function timeOf(ns: bigint | null): string | null {
  if (ns === null) return null;
  // As text, without a division of big numbers: every span comes by here several times.
  const digits = String(ns);
  if (digits.length >= 18) return digits.slice(0, -3);
  const us = ns / 1000n;
  const iso = new Date(Number(us / 1000n)).toISOString();
  return iso.replace('Z', `${String(us % 1000n).padStart(3, '0')}Z`);
}

/** To the microsecond; NaN where unknown. */
export function msOf(ns: bigint | null): number {
  return ns === null ? Number.NaN : Number(ns / 1000n) / 1000;
}

export function timeOfMs(ms: number): string | null {
  if (!Number.isFinite(ms)) return null;
  const us = Math.round(ms * 1000);
  // What `timeOf` would say, without big numbers.
  return us >= 1e14 && Number.isSafeInteger(us) ? String(us) : timeOf(BigInt(us) * 1000n);
}
