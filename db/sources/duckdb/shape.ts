import { identifier } from '../../duckdb';
import type { DeclaredTable, FoundColumn, FoundTable } from './table-format';

/** The columns of a declared table as SELECT items over the one that was found; damaged columns are NULL. */
export function shapedColumns(
  declared: DeclaredTable,
  found: FoundTable | undefined,
  damaged: ReadonlySet<string> = new Set(),
): string {
  return Object.entries(declared)
    .map(([column, declaredAs]) => {
      const { of, type } = typeof declaredAs === 'string' ? { of: column, type: declaredAs } : declaredAs;
      const from = damaged.has(of) ? undefined : found?.columns.get(of);
      const value = from === undefined ? `CAST(NULL AS ${STORED[type]})` : castSql(from, type);
      return `${value} AS ${identifier(column)}`;
    })
    .join(', ');
}

const STORED = {
  VARCHAR: 'VARCHAR',
  BIGINT: 'BIGINT',
  INTEGER: 'INTEGER',
  DOUBLE: 'DOUBLE',
  BOOLEAN: 'BOOLEAN',
  TIMESTAMP: 'TIMESTAMP',
  NANOSECONDS: 'BIGINT',
} as const;

/** Nothing fails on one odd value: what does not fit the type is NULL. */
function castSql({ name, type: from }: FoundColumn, to: keyof typeof STORED): string {
  const value = identifier(name);
  if (from === to) return value;
  switch (to) {
    case 'VARCHAR':
      return textSql(value, from);
    case 'TIMESTAMP':
      return timeSql(value, from);
    case 'NANOSECONDS':
      return nanosecondsSql(value, from);
    default:
      return `TRY_CAST(${value} AS ${to})`;
  }
}

function textSql(value: string, from: string): string {
  if (from === 'BLOB') return `lower(hex(${value}))`;
  if (from === 'JSON') return `CAST(${value} AS VARCHAR)`;
  const isNested = /^(STRUCT|MAP|UNION)\b|\]$/.test(from);
  return isNested ? `CAST(to_json(${value}) AS VARCHAR)` : `TRY_CAST(${value} AS VARCHAR)`;
}

/** NULL beyond 64 bits: the year 9999, infinity. */
function nanosecondsSql(value: string, from: string): string {
  if (from === 'TIMESTAMP_NS') return `CASE WHEN isfinite(${value}) THEN epoch_ns(${value}) END`;
  const time = timeSql(value, from);
  return `CASE WHEN isfinite(${time}) THEN TRY_CAST(CAST(epoch_us(${time}) AS HUGEINT) * 1000 AS BIGINT) END`;
}

/** A text without a zone is UTC; a number is Unix seconds, or by its size milli-, micro- or nanoseconds. */
function timeSql(value: string, from: string): string {
  if (/^TIMESTAMP|^DATE$/.test(from)) return `TRY_CAST(${value} AS TIMESTAMP)`;
  const parsed = `CAST(TRY_CAST(${value} AS TIMESTAMPTZ) AS TIMESTAMP)`;
  const number = `TRY_CAST(${value} AS DOUBLE)`;
  const counted = `CASE WHEN abs(${number}) < 1e11 THEN make_timestamp(CAST(${number} * 1e6 AS BIGINT))
    WHEN abs(${number}) < 1e14 THEN make_timestamp(CAST(${number} * 1e3 AS BIGINT))
    WHEN abs(${number}) < 1e17 THEN make_timestamp(CAST(${number} AS BIGINT))
    WHEN abs(${number}) < 9e18 THEN make_timestamp(CAST(${number} / 1e3 AS BIGINT)) END`;
  if (from !== 'VARCHAR' && from !== 'JSON') return `(${counted})`;
  return `(CASE WHEN ${number} IS NULL THEN ${parsed} ELSE ${counted} END)`;
}
