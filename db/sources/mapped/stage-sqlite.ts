import { rm } from 'node:fs/promises';
import { type Connection, identifier, literal } from '../../duckdb';
import { chunkFileName } from '../chunk-file';
import { newLine, quote, separator } from '../chunk-text';
import type { RowReader } from '../row-reader';
import { sqliteFile } from '../sqlite';
import { type Staged, type StagedTable, type StageOptions, stagedFile } from './staged';

/** Rows of one run of the statement: small pieces of text, joined in a chunk file. */
const ROWS_A_RUN = 500;
const RUNS_A_CHUNK = 200;

export interface SqliteTable {
  readonly name: string;
  readonly columns: ReadonlyMap<string, string>;
  /** Its rows can be asked for by number. */
  readonly hasRowId: boolean;
}

/** Copies tables through the reader thread, as DuckDB has no SQLite of its own here. Everything becomes text, numbers with all digits. */
export async function stageSqlite(connection: Connection, options: StageOptions): Promise<Staged> {
  const { place, signal, only } = options;
  await using reader = await sqliteFile(place.path).open(signal);
  const tables: StagedTable[] = [];
  try {
    for (const table of await sqliteTables(reader, signal)) {
      if (only !== undefined && !only.has(table.name)) continue;
      tables.push(await stageTable(connection, { reader, table, options }));
    }
  } catch (error) {
    for (const { files } of tables) for (const { path } of files) await rm(path, { force: true });
    throw error;
  }
  return { tables, warnings: [], skipped: [], notes: [] };
}

/** Tables and views with their columns and declared types. */
export async function sqliteTables(reader: RowReader, signal: AbortSignal): Promise<SqliteTable[]> {
  const found = await reader.rows(
    "SELECT name, type, coalesce(sql, '') FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY type, name",
    [],
    signal,
  );
  const tables: SqliteTable[] = [];
  for (const [name, type, sql] of found) {
    const columns = await reader.rows(
      'SELECT name, type FROM pragma_table_info(?1) ORDER BY cid',
      [String(name)],
      signal,
    );
    if (columns.length === 0 || /^CREATE VIRTUAL/i.test(String(sql))) continue;
    tables.push({
      name: String(name),
      columns: new Map(columns.map(([column, declared]) => [String(column), String(declared) || 'ANY'])),
      hasRowId: type === 'table' && !/WITHOUT\s+ROWID/i.test(String(sql)),
    });
  }
  return tables;
}

async function stageTable(
  connection: Connection,
  {
    reader,
    table,
    options,
  }: { readonly reader: RowReader; readonly table: SqliteTable; readonly options: StageOptions },
): Promise<StagedTable> {
  const { folder, signal, mostRows } = options;
  const names = [...table.columns.keys()];
  const sql = textSql(table, names);
  const files: { path: string; rows: number }[] = [];
  const last = await lastOf(reader, table, { mostRows, signal });
  try {
    for (let at = last.first; at <= last.last; ) {
      const runs: [number, number][] = [];
      for (let run = 0; run < RUNS_A_CHUNK && at + run * ROWS_A_RUN <= last.last; run += 1) {
        const from = at + run * ROWS_A_RUN;
        runs.push([from, Math.min(last.last, from + ROWS_A_RUN - 1)]);
      }
      const file = chunkFileName(folder);
      try {
        const written = await reader.text(sql, runs, { file, signal });
        at = (runs[written.runs - 1]?.[1] ?? last.last) + 1;
        if (written.rows === 0) continue;
        const path = stagedFile(folder, 'parquet');
        const chunk = { file, path, names, longestBytes: written.longestBytes };
        files.push({ path, rows: await toParquet(connection, chunk, signal) });
      } finally {
        await rm(file, { force: true });
      }
    }
  } catch (error) {
    for (const { path } of files) await rm(path, { force: true });
    throw error;
  }
  if (files.length === 0) files.push(await emptyFile(connection, names, options));
  return {
    name: table.name,
    columns: new Map(names.map((name) => [name, 'VARCHAR'])),
    files,
    isRecord: false,
  };
}

/** Row ids that are asked for; without them, offsets. */
async function lastOf(
  reader: RowReader,
  table: SqliteTable,
  { mostRows, signal }: { readonly mostRows: number | undefined; readonly signal: AbortSignal },
): Promise<{ first: number; last: number }> {
  const from = identifier(table.name);
  const sql = table.hasRowId
    ? `SELECT coalesce(min(rowid), 0), coalesce(max(rowid), -1) FROM ${from}`
    : `SELECT 0, count(*) - 1 FROM (SELECT 1 FROM ${from}${mostRows === undefined ? '' : ` LIMIT ${mostRows}`})`;
  const [row] = await reader.rows(sql, [], signal);
  const first = Number(row?.[0] ?? 0);
  const last = Number(row?.[1] ?? -1);
  return { first, last: mostRows === undefined ? last : Math.min(last, first + mostRows - 1) };
}

function textSql(table: SqliteTable, names: readonly string[]): string {
  const line = names.map((name) => fieldSql(identifier(name))).join(` || '${separator}' || `);
  const from = identifier(table.name);
  const rows = table.hasRowId
    ? `SELECT * FROM ${from} WHERE rowid BETWEEN ?1 AND ?2 ORDER BY rowid`
    : `SELECT * FROM ${from} LIMIT ?2 - ?1 + 1 OFFSET ?1`;
  return `SELECT CAST(group_concat(${line}, '${newLine}') || '${newLine}' AS BLOB), count(*) FROM (${rows})`;
}

/** As few digits as give the same number again. */
function realSql(column: string): string {
  const short = `printf('%!.15g', ${column})`;
  return `iif(CAST(${short} AS REAL) = ${column}, ${short}, printf('%!.17g', ${column}))`;
}

function fieldSql(column: string): string {
  const doubled = quote.replaceAll("'", "''");
  const text = `CASE typeof(${column}) WHEN 'real' THEN ${realSql(column)} WHEN 'blob' THEN lower(hex(${column})) ELSE CAST(${column} AS TEXT) END`;
  return `coalesce('${doubled}' || replace(${text}, '${doubled}', '${doubled}${doubled}') || '${doubled}', '')`;
}

async function toParquet(
  connection: Connection,
  chunk: {
    readonly file: string;
    readonly path: string;
    readonly names: readonly string[];
    readonly longestBytes: number;
  },
  signal: AbortSignal,
): Promise<number> {
  const columns = chunk.names.map((name) => `${identifier(name)}: 'VARCHAR'`).join(', ');
  const lineBytes = Math.max(4_000_000, chunk.longestBytes);
  return connection.execute(
    `COPY (SELECT * FROM read_csv(${literal(chunk.file)}, delim = '${separator}', quote = ${literal(quote)}, escape = ${literal(quote)}, new_line = '\\n',
      nullstr = [''], allow_quoted_nulls = false, header = false, auto_detect = false, max_line_size = ${lineBytes}, buffer_size = ${2 * lineBytes}, columns = {${columns}}))
    TO ${literal(chunk.path)} (FORMAT parquet, COMPRESSION lz4_raw)`,
    {},
    { signal },
  );
}

async function emptyFile(connection: Connection, names: readonly string[], { folder, signal }: StageOptions) {
  const path = stagedFile(folder, 'parquet');
  const columns = names.map((name) => `CAST(NULL AS VARCHAR) AS ${identifier(name)}`).join(', ');
  await connection.execute(
    `COPY (SELECT ${columns} WHERE false) TO ${literal(path)} (FORMAT parquet)`,
    {},
    { signal },
  );
  return { path, rows: 0 };
}
