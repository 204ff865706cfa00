import { identifier, literal } from '../../duckdb';
import type { Chunk } from '../../sources';
import { quote, separator } from '../../sources';
import { type MirrorColumn, type MirrorTable, mirrorTable } from './layout';

/** Keys by which a table's rows are replaced. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  sessions: ['session_id'],
  timesteps: ['step_key'],
  events: ['event_key'],
  event_payloads: ['event_key'],
  messages: ['message_key'],
  rewards: ['reward_key'],
  experiments: ['experiment_id'],
  systems: ['system_id'],
  system_versions: ['version_id'],
  experiment_systems: ['experiment_id', 'system_id', 'version_id'],
  spans: ['trace_id', 'span_id'],
  state_patches: ['trace_id', 'span_id', 'patch_id'],
  turn_metrics: ['session_id', 'turn_number'],
};

/** Built from names of tables and columns alone; the values are in the file. `$source_id` is bound. */
export function insertSql(chunk: Chunk): string {
  const table = mirrorTable(chunk.table);
  const columns = table.columns.filter((column) => chunk.columns.includes(column.name));
  const names = ['source_id', ...columns.map((column) => column.name).filter((name) => name !== 'source_id')];
  const values = [
    '$source_id',
    ...columns.filter((column) => column.name !== 'source_id').map(castSql(chunk)),
  ];
  if (table.isBySession) {
    names.push('session_no');
    values.push(sessionNumberSql(chunk));
  }
  return `INSERT INTO ${table.name} (${names.map(identifier).join(', ')})
SELECT ${values.join(', ')} FROM ${fileSql(chunk)} c`;
}

/** Removes what a chunk replaces; undefined when it only adds. */
export function deleteSql(chunk: Chunk): string | undefined {
  if (chunk.mode === 'append') return undefined;
  if (chunk.mode === 'replace') return `DELETE FROM ${chunk.table}`;
  const keys = KEYS[chunk.table];
  if (keys === undefined) throw new Error(`Table ${chunk.table} has no key to replace rows by.`);
  const types = new Map(mirrorTable(chunk.table).columns.map(({ name, type }) => [name, type]));
  const [only] = keys;
  if (only !== undefined && keys.length === 1)
    return `DELETE FROM ${chunk.table} WHERE ${only} IN (SELECT CAST(${only} AS ${types.get(only)}) FROM ${fileSql(chunk)})`;
  const same = keys.map((key) => `t.${key} IS NOT DISTINCT FROM CAST(c.${key} AS ${types.get(key)})`);
  return `DELETE FROM ${chunk.table} t USING ${fileSql(chunk)} c WHERE ${same.join(' AND ')}`;
}

/** A subquery and no LEFT JOIN: DuckDB then hands the rows on as they are, where a join copied each column again (a third of the time). */
function sessionNumberSql(chunk: Chunk): string {
  if (chunk.table !== 'sessions')
    return '(SELECT s.session_no FROM sessions s WHERE s.session_id = c.session_id)';
  return chunk.columns.includes('session_no') ? 'CAST(c.session_no AS BIGINT)' : 'row_number() OVER ()';
}

const LINE_BYTES = 4_000_000;

function fileSql(chunk: Chunk): string {
  const file = literal(chunk.content.file);
  if (chunk.content.kind === 'parquet') {
    const { sourceId } = chunk.content;
    const part = sourceId === null ? '' : ` WHERE source_id = ${literal(sourceId)}`;
    return `(SELECT * FROM read_parquet(${file})${part})`;
  }
  const columns = chunk.columns.map((column) => `${identifier(column)}: 'VARCHAR'`).join(', ');
  const lineBytes = Math.max(LINE_BYTES, chunk.content.longestBytes);
  const quoted = literal(quote);
  return `read_csv(${file}, delim = '${separator}', quote = ${quoted}, escape = ${quoted}, new_line = '\\n',
  nullstr = ['', 'NULL'], allow_quoted_nulls = false, header = false, auto_detect = false, null_padding = false,
  max_line_size = ${lineBytes}, buffer_size = ${2 * lineBytes}, columns = {${columns}})`;
}

/** Text as it came → the column's type. What does not fit becomes NULL: a mirror never fails on one odd value. */
function castSql(chunk: Chunk): (column: MirrorColumn) => string {
  return (column) => {
    const from = `c.${identifier(column.name)}`;
    if (chunk.content.kind === 'parquet') return `CAST(${from} AS ${column.type})`;
    if (column.type === 'TIMESTAMP') return timeSql(from);
    if (column.type === 'VARCHAR') return column.isRequired ? `coalesce(${from}, '')` : from;
    return `TRY_CAST(${from} AS ${column.type})`;
  };
}

/**
 * A number is Unix seconds (or, by its size, milliseconds or nanoseconds); a text is ISO-like, and UTC when it names no zone. Most texts name
 * none, and are quicker read as TIMESTAMP, which would drop a zone without a word. Readers write microseconds, which are told first.
 */
function timeSql(from: string): string {
  const number = `TRY_CAST(${from} AS DOUBLE)`;
  const zoned = `CAST(TRY_CAST(${from} AS TIMESTAMPTZ) AS TIMESTAMP)`;
  const whole = `TRY_CAST(${from} AS BIGINT)`;
  return `CASE WHEN ${from} IS NULL THEN NULL
    WHEN strlen(${from}) = 16 AND ${whole} BETWEEN 1e14::BIGINT AND 1e17::BIGINT - 1 THEN make_timestamp(${whole})
    WHEN ${from} LIKE '____-__-__%' AND NOT contains(${from}, '+') AND NOT contains(substr(${from}, 9), '-')
      THEN coalesce(TRY_CAST(${from} AS TIMESTAMP), ${zoned}, ${oddTimeSql(from)})
    WHEN ${number} IS NULL THEN coalesce(${zoned}, ${oddTimeSql(from)})
    WHEN abs(${number}) < 1e11 THEN make_timestamp(CAST(${number} * 1e6 AS BIGINT))
    WHEN abs(${number}) < 1e14 THEN make_timestamp(CAST(${number} * 1e3 AS BIGINT))
    WHEN abs(${number}) < 1e17 THEN make_timestamp(CAST(${number} AS BIGINT))
    WHEN abs(${number}) < 9e18 THEN make_timestamp(CAST(${number} / 1e3 AS BIGINT)) END`;
}

const ODD_TIMES = [
  '%d %b %Y %H:%M:%S',
  '%a %b %d %H:%M:%S %Y',
  '%Y%m%dT%H%M%S',
  '%Y/%m/%d %H:%M:%S',
  '%Y/%m/%d %H:%M:%S.%f',
];

/** What hardly anybody writes: a comma before the fraction, a space before the zone, the spellings of mails, of C and of basic ISO. */
function oddTimeSql(from: string): string {
  const iso = `regexp_replace(replace(${from}, ',', '.'), ' ([+-][0-9]{2}:?[0-9]{2})( UTC)?$', '\\1')`;
  const bare = `regexp_replace(${from}, '^[A-Z][a-z]{2}, | (GMT|UTC)$|Z$', '', 'g')`;
  return `coalesce(CAST(TRY_CAST(${iso} AS TIMESTAMPTZ) AS TIMESTAMP), try_strptime(${bare}, [${ODD_TIMES.map(literal).join(', ')}]))`;
}

/** The row that comes next, when there is one from `$from` on: DuckDB reads only those. */
export function nextRowSql(table: MirrorTable): string {
  return `SELECT max(rowid) + 1 AS next FROM ${table.name} WHERE rowid >= $from`;
}

/** The sessions, each once, of the rows that came from the row on that has their table's name as its parameter. */
export function touchSql(tables: readonly string[]): string {
  const parts = tables.map(
    (table) => `SELECT session_no FROM ${table} WHERE rowid >= $${table} AND session_no IS NOT NULL`,
  );
  return `INSERT INTO touched SELECT DISTINCT session_no FROM (${parts.join(' UNION ALL ')})`;
}

/** Rows that came before their session get its number. */
export function adoptSql(table: MirrorTable): string {
  return `UPDATE ${table.name} SET session_no = s.session_no FROM sessions s
    WHERE ${table.name}.session_no IS NULL AND ${table.name}.session_id = s.session_id AND s.session_no IS NOT NULL`;
}

export function touchAdoptedSql(table: MirrorTable): string {
  return `INSERT INTO touched SELECT DISTINCT s.session_no FROM ${table.name} t JOIN sessions s USING (session_id)
    WHERE t.session_no IS NULL AND s.session_no IS NOT NULL`;
}

/** A row if rows of these tables came before their session. */
export function orphansSql(catalog: string, tables: readonly MirrorTable[]): string {
  return tables
    .map(
      ({ name }) =>
        `(SELECT 1 AS found FROM ${identifier(catalog)}.${name} WHERE session_no IS NULL LIMIT 1)`,
    )
    .join(' UNION ALL ');
}
