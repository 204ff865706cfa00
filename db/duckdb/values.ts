import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBBlobValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBStructValue,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampNanosecondsValue,
  DuckDBTimestampSecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBType,
  type DuckDBValue,
  LIST,
  listValue,
  VARCHAR,
} from '@duckdb/node-api';
import type { Bindable, Scalar } from './statement';

/** What a column is read as: BIGINT → bigint, TIMESTAMP → ISO 8601 UTC with microseconds, LIST → array, NULL → null. */
export type Cell =
  | string
  | number
  | bigint
  | boolean
  | null
  | readonly Cell[]
  | Readonly<Record<string, unknown>>;

export interface BoundValue {
  readonly value: DuckDBValue;
  readonly type: DuckDBType;
}

/** JavaScript → DuckDB. Whole numbers bind as BIGINT, so that LIMIT, keys and counts need no cast. */
export function toBound(value: Bindable): BoundValue {
  if (isList(value)) {
    const type = scalarType(value[0] ?? '');
    const items = value.map((item) => toScalar(item, type));
    return { value: listValue(items), type: LIST(type) };
  }
  const type = scalarType(value);
  return { value: toScalar(value, type), type };
}

function isList(value: Bindable): value is readonly string[] | readonly bigint[] | readonly number[] {
  return Array.isArray(value);
}

function scalarType(value: Scalar): DuckDBType {
  switch (typeof value) {
    case 'bigint':
      return BIGINT;
    case 'boolean':
      return BOOLEAN;
    case 'number':
      return Number.isSafeInteger(value) ? BIGINT : DOUBLE;
    default:
      return VARCHAR;
  }
}

function toScalar(value: Scalar, type: DuckDBType): DuckDBValue {
  return typeof value === 'number' && type === BIGINT ? BigInt(value) : value;
}

/** DuckDB → JavaScript. */
export function fromDuckDb(value: DuckDBValue): Cell {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue) {
    return isoFromMicros(value.micros);
  }
  if (value instanceof DuckDBListValue) return value.items.map(fromDuckDb);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, one]) => [name, fromDuckDb(one)]));
  }
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  if (value instanceof DuckDBTimestampMillisecondsValue) return isoFromMicros(value.millis * 1_000n);
  if (value instanceof DuckDBTimestampSecondsValue) return isoFromMicros(value.seconds * 1_000_000n);
  if (value instanceof DuckDBTimestampNanosecondsValue) return isoFromMicros(value.nanos / 1_000n);
  return value.toString();
}

/** The same for statements of our own, whose row schema says where bytes are wanted. */
export function fromDuckDbOrBytes(value: DuckDBValue): Cell | Uint8Array {
  return value instanceof DuckDBBlobValue ? value.bytes : fromDuckDb(value);
}

const MICROS_PER_MILLI = 1_000n;
/** Outside this range JavaScript has no date; DuckDB's ±infinity lies there too. */
const MAX_DATE_MICROS = 8_640_000_000_000_000n * MICROS_PER_MILLI;

/** `2026-01-02T03:04:05.678901Z`; null for what no calendar can write (±infinity). */
export function isoFromMicros(micros: bigint): string | null {
  if (micros > MAX_DATE_MICROS || micros < -MAX_DATE_MICROS) return null;
  const rest = ((micros % MICROS_PER_MILLI) + MICROS_PER_MILLI) % MICROS_PER_MILLI;
  const text = new Date(Number((micros - rest) / MICROS_PER_MILLI)).toISOString();
  return `${text.slice(0, -1)}${String(rest).padStart(3, '0')}Z`;
}
