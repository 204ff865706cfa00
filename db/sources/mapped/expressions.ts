import { identifier, literal } from '../../duckdb';
import { type FieldType, type MappedColumn, type MappedField, moneyUnits } from '../../model';
import { otherWord, words } from './words';

/** A value as a file has it: SQL over a row, and the type that DuckDB gives it. */
export interface RawValue {
  readonly sql: string;
  readonly type: string;
}

/** A value as the canonical tables want it; `lost` holds where there was something that did not fit. */
export interface FieldSql {
  readonly value: string;
  readonly lost: string;
  readonly text: string;
}

const NEVER = 'false';
const NUMBERS = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL)/;
const WHOLE_NUMBERS = /^(?:U?(?:TINY|SMALL|BIG|HUGE)INT|U?INTEGER)/;
const NESTED = /^(?:STRUCT|MAP|UNION)\b|\]$/;
/** Words for "not known" that stand where a number or a time is expected. */
const NOTHING = "('', 'null', 'none', 'nan', 'n/a', 'na', '-')";

export function isNested(type: string): boolean {
  return NESTED.test(type) || type === 'JSON';
}

/** Text of a value of any type; JSON of what is nested. */
export function textOf({ sql, type }: RawValue): string {
  if (type === 'VARCHAR') return sql;
  if (type === 'BLOB') return `lower(hex(${sql}))`;
  if (type === 'JSON') return `CAST(${sql} AS VARCHAR)`;
  return NESTED.test(type) ? `CAST(to_json(${sql}) AS VARCHAR)` : `CAST(${sql} AS VARCHAR)`;
}

/** A column, or what a path finds in its JSON. */
export function rawOf(field: MappedColumn, type: string): RawValue {
  const column: RawValue = { sql: identifier(field.column), type };
  const { path = [] } = field;
  if (path.length === 0) return column;
  const text = textOf(column);
  const json = isNested(type) ? text : `CASE WHEN json_valid(${text}) THEN ${text} END`;
  return { sql: `json_extract_string(${json}, ${literal(jsonPath(path))})`, type: 'VARCHAR' };
}

/** `$."message"."content"` */
export function jsonPath(path: readonly string[]): string {
  return `$${path.map((key) => `."${key.replaceAll('"', '\\"')}"`).join('')}`;
}

/** The canonical value of a field. */
export function fieldSql(type: FieldType, field: MappedField, raw: RawValue): FieldSql {
  const text = textOf(raw);
  if (type === 'text') return { value: text, lost: NEVER, text };
  if (type === 'json') return { value: text, lost: NEVER, text };
  if (type === 'role' || type === 'event' || type === 'status') return wordSql(type, field, text);
  const known = `CASE WHEN lower(trim(${text})) NOT IN ${NOTHING} THEN trim(${text}) END`;
  const value = convert(type, field, { ...raw, known });
  return { value, lost: `(${known}) IS NOT NULL AND (${value}) IS NULL`, text };
}

function convert(
  type: Exclude<FieldType, 'text' | 'json' | 'role' | 'event' | 'status'>,
  field: MappedField,
  raw: RawValue & { readonly known: string },
): string {
  const unit = 'unit' in field ? field.unit : undefined;
  switch (type) {
    case 'integer':
      return wholeSql(raw);
    case 'boolean':
      return raw.type === 'BOOLEAN' ? raw.sql : `TRY_CAST(${raw.known} AS BOOLEAN)`;
    case 'number':
      return numberSql(raw);
    case 'money':
      return unit === moneyUnits[1] ? `(${numberSql(raw)}) / 100` : numberSql(raw);
    case 'duration':
      return scaled(numberSql(raw), MILLISECONDS[unit ?? 'ms'] ?? '');
    case 'time':
      return timeSql(raw, unit);
  }
}

/** A literal that is a field's value in every row. */
export function constantSql(type: FieldType, value: string): string {
  if (type === 'role' || type === 'event' || type === 'status')
    return literal(words[type].get(value.toLowerCase()) ?? otherWord[type]);
  return literal(value);
}

function wordSql(type: 'role' | 'event' | 'status', field: MappedField, text: string): FieldSql {
  const own = 'values' in field ? Object.entries(field.values ?? {}) : [];
  const meanings = new Map([
    ...words[type],
    ...own.map(([word, meaning]) => [word.toLowerCase(), meaning] as const),
  ]);
  const byMeaning = new Map<string, string[]>();
  const allowed = new Set(words[type].values());
  for (const [word, meaning] of meanings) {
    if (allowed.has(meaning)) byMeaning.set(meaning, [...(byMeaning.get(meaning) ?? []), word]);
  }
  const cases = [...byMeaning].map(
    ([meaning, all]) =>
      `WHEN lower(trim(${text})) IN (${all.map(literal).join(', ')}) THEN ${literal(meaning)}`,
  );
  const known = `CASE ${cases.join(' ')} END`;
  return {
    value: `coalesce(${known}, ${literal(otherWord[type])})`,
    lost: `${text} IS NOT NULL AND (${known}) IS NULL`,
    text,
  };
}

/** Whole numbers alone: 12.0 is one, 12.5 is not and is not rounded. */
function wholeSql({ sql, type, known }: RawValue & { readonly known: string }): string {
  if (WHOLE_NUMBERS.test(type)) return `TRY_CAST(${sql} AS BIGINT)`;
  if (NUMBERS.test(type)) return `CASE WHEN ${sql} = trunc(${sql}) THEN TRY_CAST(${sql} AS BIGINT) END`;
  return `CASE WHEN regexp_full_match(${known}, '[+-]?\\d+(\\.0*)?')
    THEN TRY_CAST(regexp_replace(split_part(${known}, '.', 1), '^\\+', '') AS BIGINT) END`;
}

/** NaN and infinity are nothing that can be added up. */
function numberSql({ sql, type, known }: RawValue & { readonly known: string }): string {
  const number = NUMBERS.test(type)
    ? `CAST(${sql} AS DOUBLE)`
    : `TRY_CAST(regexp_replace(${known}, '^\\$\\s*', '') AS DOUBLE)`;
  return `CASE WHEN isfinite(${number}) THEN ${number} END`;
}

function scaled(number: string, factor: string): string {
  return factor === '' ? number : `(${number}) ${factor}`;
}

const MILLISECONDS: Readonly<Record<string, string>> = { s: '* 1e3', us: '/ 1e3', ns: '/ 1e6' };
const MICROSECONDS: Readonly<Record<string, string>> = { s: '* 1e6', ms: '* 1e3', us: '', ns: '/ 1e3' };

/** A text without a zone is UTC. A number counts from 1970 in the unit that is said, or in the one that its size tells. */
function timeSql(
  { sql, type, known }: RawValue & { readonly known: string },
  unit: string | undefined,
): string {
  if (/^TIMESTAMP|^DATE$/.test(type)) return `TRY_CAST(${sql} AS TIMESTAMP)`;
  const isText = !NUMBERS.test(type);
  const number = isText ? `TRY_CAST(${known} AS DOUBLE)` : `CAST(${sql} AS DOUBLE)`;
  // An integer of nanoseconds is beyond what a DOUBLE holds exactly.
  const whole = isText ? `TRY_CAST(${known} AS HUGEINT)` : `TRY_CAST(${sql} AS HUGEINT)`;
  const said = unit === undefined ? undefined : MICROSECONDS[unit];
  const made = (factor: string) => `make_timestamp(TRY_CAST(round(${number} ${factor}) AS BIGINT))`;
  const nanoseconds = `make_timestamp(TRY_CAST(${whole} // 1000 AS BIGINT))`;
  const counted =
    said !== undefined
      ? `CASE WHEN abs(${number} ${said}) < 9e18 THEN ${unit === 'ns' ? nanoseconds : made(said)} END`
      : `CASE WHEN abs(${number}) < 1e11 THEN ${made('* 1e6')} WHEN abs(${number}) < 1e14 THEN ${made('* 1e3')}
        WHEN abs(${number}) < 1e17 THEN ${made('')} WHEN abs(${number}) < 9e18 THEN ${nanoseconds} END`;
  if (!isText) return `(${counted})`;
  const parsed = `CAST(TRY_CAST(${known} AS TIMESTAMPTZ) AS TIMESTAMP)`;
  return `(CASE WHEN ${number} IS NULL THEN ${parsed} ELSE ${counted} END)`;
}

/** Whether a cost in cents is whole, so that it may hide a fraction. */
export function isWholeSql(raw: RawValue): string {
  if (WHOLE_NUMBERS.test(raw.type)) return 'true';
  if (NUMBERS.test(raw.type)) return NEVER;
  return `regexp_full_match(trim(${textOf(raw)}), '\\d+')`;
}
