import type { RowReader } from '../row-reader';
import type { ReadRequest } from '../types';
import { placeOf } from './columns';
import type { TableColumns, TableShape } from './schema';
import { isTime } from './time-text';
import { amount, isJson } from './values';

/** What a column holds when all is well; SQLite keeps anything in any column. */
type Meaning = 'count' | 'whole' | 'number' | 'dollars' | 'cents' | 'switch' | 'json' | 'seconds' | 'time';

const EXACT = '9007199254740991';
const FINITE = '1.7976931348623157e308';

/** Every column whose odd values are told, by table; names of all dialects. */
const MEANINGS: Readonly<Record<string, Readonly<Record<string, Meaning>>>> = {
  session_traces: { created_at: 'time', metadata: 'json' },
  session_timesteps: {
    step_index: 'whole',
    turn_number: 'whole',
    started_at: 'time',
    completed_at: 'time',
    timestamp: 'time',
    step_metadata: 'json',
  },
  events: {
    event_time: 'seconds',
    created_at: 'time',
    message_time: 'whole',
    input_tokens: 'count',
    prompt_tokens: 'count',
    output_tokens: 'count',
    completion_tokens: 'count',
    total_tokens: 'count',
    cost_usd: 'cents',
    cost_cents: 'cents',
    cost: 'dollars',
    latency_ms: 'number',
    reward: 'number',
    terminated: 'switch',
    truncated: 'switch',
    call_records: 'json',
    system_state_before: 'json',
    system_state_after: 'json',
    metadata: 'json',
    event_metadata: 'json',
  },
  messages: {
    event_time: 'seconds',
    timestamp: 'time',
    created_at: 'time',
    message_time: 'whole',
    metadata: 'json',
  },
  outcome_rewards: {
    total_reward: 'number',
    reward_value: 'number',
    achievements_count: 'whole',
    total_steps: 'whole',
    created_at: 'time',
    reward_metadata: 'json',
  },
  event_rewards: { reward_value: 'number', turn_number: 'whole', created_at: 'time' },
};

/** Cheap, and true of every row with an odd value: what one says is looked at only where there is any. */
const SUSPICIONS: Readonly<Record<Meaning, (sql: string) => string>> = {
  count: (sql) => `${sql} IS NOT CAST(${sql} AS INTEGER) OR NOT (${sql} BETWEEN 0 AND ${EXACT})`,
  whole: (sql) => `${sql} IS NOT CAST(${sql} AS INTEGER)`,
  number: (sql) => `NOT (${sql} BETWEEN -${FINITE} AND ${FINITE})`,
  dollars: (sql) => `NOT (${sql} BETWEEN 0 AND ${FINITE})`,
  cents: (sql) => `${sql} IS NOT CAST(${sql} AS INTEGER) OR ${sql} < 0`,
  switch: (sql) => `${sql} NOT IN (0, 1)`,
  json: (sql) => `NOT json_valid(${sql})`,
  seconds: (sql) => `NOT (${sql} BETWEEN 1e8 AND 1e11)`,
  time: (sql) => `${sql} NOT GLOB '[12][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]*'`,
};

/** Columns of calls and rewards: most rows have none of them, and are passed at once. */
const RARE: ReadonlySet<Meaning> = new Set(['count', 'number', 'dollars', 'cents', 'switch']);

/** In SQL: the row may say something odd in one of its columns, of those that are JSON, of the others, or of all. */
export function suspicion(
  shape: TableShape | undefined,
  table: string,
  kind: 'json' | 'plain' | 'all',
): string {
  const columns = columnsOf(shape, table).filter(
    ({ meaning }) => kind === 'all' || (meaning === 'json') === (kind === 'json'),
  );
  const any = (list: readonly Column[]) =>
    list.map(({ meaning, sql }) => SUSPICIONS[meaning](sql)).join(' OR ');
  const rare = columns.filter(({ meaning }) => RARE.has(meaning));
  const usual = columns.filter(({ meaning }) => !RARE.has(meaning));
  const parts = usual.length === 0 ? [] : [any(usual)];
  if (rare.length > 0) {
    const values = [...rare.map(({ sql }) => sql), 'NULL'].join(', ');
    parts.push(`coalesce(${values}) IS NOT NULL AND (${any(rare)})`);
  }
  return parts.length === 0 ? 'FALSE' : parts.join(' OR ');
}

interface Column {
  readonly name: string;
  readonly sql: string;
  readonly meaning: Meaning;
}

function columnsOf(shape: TableShape | undefined, table: string): Column[] {
  return Object.entries(MEANINGS[table] ?? {}).flatMap(([name, meaning]) =>
    shape?.has(name) === true ? [{ name, meaning, sql: `"${name}"` }] : [],
  );
}

const isText = (sql: string) => `typeof(${sql}) IN ('text', 'blob')`;
const noNumber = (sql: string) =>
  `(${isText(sql)} AND (trim(${sql}) = '' OR trim(${sql}) GLOB '*[^0-9.eE+-]*'))`;
const NOT_READ = 'is not a number here: it was left empty';
const INFINITE = 'is not finite here: it was left empty';
const ROUNDED = 'is not a whole number here: it was rounded';
const BELOW = 'is less than 0 here: it is shown and summed as it stands';

/** What is wrong with a value: (condition, sentence), the first that holds. */
const FINDINGS: Readonly<Record<Meaning, (sql: string) => readonly (readonly [string, string])[]>> = {
  count: (sql) => [
    ...wholeFindings(sql),
    [`${sql} < 0`, BELOW],
    [`CAST(${sql} AS INTEGER) > ${EXACT}`, 'is beyond 2^53 here: sums of it may differ in their last digits'],
  ],
  whole: wholeFindings,
  number: numberFindings,
  dollars: (sql) => [
    [`${amount(sql)} IS NULL`, 'is not an amount here: it was left empty'],
    [`abs(CAST(${amount(sql)} AS REAL)) > ${FINITE}`, INFINITE],
    [`CAST(${amount(sql)} AS REAL) < 0`, BELOW],
  ],
  cents: (sql) => [
    [`${amount(sql)} IS NULL`, 'is not an amount here: it was left empty'],
    [`abs(CAST(${amount(sql)} AS REAL)) > ${FINITE}`, INFINITE],
    [`CAST(${amount(sql)} AS REAL) < 0`, BELOW],
    [isText(sql), 'is a text here: the number in it was taken as cents'],
    [`typeof(${sql}) = 'real'`, 'is not whole cents here: it was taken as a fraction of a cent'],
  ],
  switch: (sql) => [
    [
      `lower(CAST(${sql} AS TEXT)) NOT IN ('0', '1', 'true', 'false', 't', 'f', 'yes', 'no', 'y', 'n')`,
      'is neither true nor false here: it was left empty',
    ],
  ],
  json: (sql) => [[`NOT ${isJson(sql)}`, 'is not JSON here: nothing was taken out of it']],
  seconds: (sql) => [
    [`${isText(sql)}`, ''],
    [`abs(${sql}) >= 9e18`, 'is not a time here: it was left empty'],
    [`abs(${sql}) >= 1e17`, 'is in nanoseconds here, not in seconds: it was read as such'],
    [`abs(${sql}) >= 1e14`, 'is in microseconds here, not in seconds: it was read as such'],
    [`abs(${sql}) >= 1e11`, 'is in milliseconds here, not in seconds: it was read as such'],
    [`${sql} < 1e8`, 'is before 1973 here: no Unix time, most likely'],
  ],
  time: () => [],
};

function wholeFindings(sql: string): readonly (readonly [string, string])[] {
  const value = `CAST(${sql} AS REAL)`;
  return [
    [noNumber(sql), NOT_READ],
    [`abs(${value}) >= 9.3e18`, 'is beyond 64 bits here: it was left empty'],
    [`${value} <> round(${value}) AND abs(${value}) < 1e15`, ROUNDED],
  ];
}

function numberFindings(sql: string): readonly (readonly [string, string])[] {
  return [
    [noNumber(sql), NOT_READ],
    [`abs(CAST(${sql} AS REAL)) > ${FINITE}`, INFINITE],
  ];
}

/** Those of these tables that have a column whose odd values are told. */
export function oddTables(tables: TableColumns): string[] {
  return Object.keys(MEANINGS).filter((table) => columnsOf(tables.get(table), table).length > 0);
}

export interface Looked extends Pick<ReadRequest, 'signal' | 'warn'> {
  readonly reader: RowReader;
  readonly tables: TableColumns;
}

/** Tells of the values in a table that are not what their column means: how many, and where the first is. */
export async function sayOddValues(looked: Looked, table: string): Promise<void> {
  for (const column of columnsOf(looked.tables.get(table), table)) {
    const suspects = `FROM ${placeOf(looked.tables, table)} WHERE (${SUSPICIONS[column.meaning](column.sql)})`;
    await sayFindings(looked, table, column, suspects);
    if (column.meaning === 'time' || column.meaning === 'seconds')
      await sayTexts(looked, table, column, suspects);
  }
}

async function sayFindings(looked: Looked, table: string, column: Column, suspects: string): Promise<void> {
  const findings = FINDINGS[column.meaning](column.sql);
  if (findings.length === 0) return;
  const cases = findings.map(([condition], at) => `WHEN ${condition} THEN ${at}`).join(' ');
  const rows = await looked.reader.rows(
    `SELECT finding, count(*), min(id) FROM (SELECT rowid AS id, CASE ${cases} END AS finding ${suspects})
      WHERE finding IS NOT NULL GROUP BY finding ORDER BY finding`,
    [],
    looked.signal,
  );
  for (const [finding, count, first] of rows) {
    const message = findings[Number(finding)]?.[1];
    if (message !== undefined && message !== '') say(looked, { table, column, message, count, first });
  }
}

const MAXIMUM_SPELLINGS = 10_000;

/** Times come in many spellings: each that is met is tried once. */
async function sayTexts(looked: Looked, table: string, column: Column, suspects: string): Promise<void> {
  const { sql } = column;
  const rows = await looked.reader.rows(
    `SELECT CAST(${sql} AS TEXT), count(*), min(rowid) ${suspects} AND ${isText(sql)} GROUP BY 1 LIMIT ${MAXIMUM_SPELLINGS}`,
    [],
    looked.signal,
  );
  const unread = rows.filter(([text]) => !isTime(String(text)));
  if (unread.length === 0) return;
  const count = unread.reduce((sum, row) => sum + Number(row[1]), 0);
  const first = unread.reduce((least, row) => Math.min(least, Number(row[2])), Number.POSITIVE_INFINITY);
  say(looked, { table, column, message: 'is not a time here: it was left empty', count, first });
}

function say(
  { warn }: Looked,
  found: {
    readonly table: string;
    readonly column: Column;
    readonly message: string;
    readonly count: unknown;
    readonly first: unknown;
  },
): void {
  const { table, column, message, count, first } = found;
  warn({
    at: `${table}, row ${first}`,
    message: `"${column.name}" ${message}.`,
    count: Number(count),
  });
}
