import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { type Connection, Database, identifier, literal, statement } from '../../duckdb';
import columnsSql from './columns.sql?raw';
import { fileFailure, isOutOfMemory } from './errors';
import type { DuckDbHeader } from './header';
import { type OpenTable, type RowRange, StoredTable } from './open-table';
import { shapedColumns } from './shape';
import type { DeclaredTable, FoundColumn } from './table-format';

/** Enough for a row group of wide rows; the engine's own instance has the rest. */
const MEMORY_MB = 200;
/** One keeps the order of rows without copying them once more. */
const THREADS = 1;
/** A third of DuckDB's own: the rows of a group wait in memory beside the joins that make them, and spill where both do not fit. */
const GROUP_ROWS = 40_960;
const CATALOG = 'src';
const NO_ROWS = '(SELECT CAST(NULL AS BIGINT) AS row_key WHERE false)';

export interface DatabasePlace {
  /** The path that failures name. */
  readonly path: string;
  /** Where DuckDB may spill to; absent: nowhere. */
  readonly folder: string | undefined;
}

/** A row that is longer than the memory: fewer at once may fit. */
export class TooMuchAtOnce extends Error {}

const columnList = statement({
  name: 'duckdb.columns',
  sql: columnsSql,
  params: z.object({ catalog: z.string() }),
  row: z.object({
    schema_name: z.string(),
    table_name: z.string(),
    column_name: z.string(),
    data_type: z.string(),
  }),
});

/**
 * A DuckDB instance of its own for one source: what a damaged file does to it ends with it. It reads tables in ranges, and is open no longer
 * than a reading, as the file is locked for its writer meanwhile.
 */
export class TableDatabase implements AsyncDisposable {
  private constructor(
    private readonly database: Database,
    private readonly connection: Connection,
    private readonly place: DatabasePlace,
    readonly tables: ReadonlyMap<string, OpenTable>,
  ) {}

  /** `file`: what is opened, when it is not the place's own path (a copy). */
  static async openFile(
    place: DatabasePlace & { readonly file?: string; readonly header?: DuckDbHeader | undefined },
    signal: AbortSignal,
  ): Promise<TableDatabase> {
    return TableDatabase.open(place, (connection) => attachTables(connection, place, signal));
  }

  /** `find` looks at Parquet files with the connection it is given. */
  static async open(
    place: DatabasePlace,
    find: (connection: Connection) => Promise<ReadonlyMap<string, OpenTable>>,
  ): Promise<TableDatabase> {
    const database = await Database.open({
      threads: THREADS,
      memoryLimitMb: MEMORY_MB,
      connections: 1,
      ...(place.folder === undefined
        ? {}
        : { temporaryFolder: join(place.folder, `duckdb-${process.pid}-source-spill`) }),
    });
    try {
      const connection = await database.acquire();
      return new TableDatabase(database, connection, place, await find(connection));
    } catch (error) {
      await database[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Makes `whole.<table>` for each declared table; damaged columns (`table.column`) are NULL in it. */
  async declare(
    tables: Readonly<Record<string, DeclaredTable>>,
    damaged: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<void> {
    await this.execute('CREATE SCHEMA IF NOT EXISTS memory.whole', signal);
    for (const [name, declared] of Object.entries(tables)) {
      const found = this.tables.get(name);
      const table = found === undefined || found.end === 0 ? undefined : found;
      const lost = Object.entries(declared)
        .filter(([column]) => damaged.has(`${name}.${column}`))
        .map(([column, as]) => (typeof as === 'string' ? column : as.of));
      const columns = shapedColumns(declared, table, new Set(lost));
      const from = table?.rangeSql({ first: 0, last: table.end - 1 }) ?? NO_ROWS;
      await this.execute(
        `CREATE OR REPLACE VIEW memory.whole.${identifier(name)} AS SELECT ${columns}, row_key FROM ${from}`,
        signal,
      );
    }
  }

  /** Makes `piece`: a range of a declared table; damaged columns are NULL in it. */
  async setPiece(
    table: OpenTable,
    piece: {
      readonly declared: DeclaredTable;
      readonly range: RowRange;
      readonly damaged?: ReadonlySet<string>;
    },
    signal: AbortSignal,
  ): Promise<void> {
    const columns = shapedColumns(piece.declared, table, piece.damaged);
    await this.execute(
      `CREATE OR REPLACE TEMP VIEW piece AS SELECT ${columns}, row_key FROM ${table.rangeSql(piece.range)}`,
      signal,
    );
  }

  /** The columns that a SELECT gives. */
  async columnsOf(sql: string, signal: AbortSignal): Promise<FoundColumn[]> {
    const describe = statement({
      name: 'duckdb.describe',
      sql: `DESCRIBE ${sql}`,
      params: z.object({}),
      row: z.object({ column_name: z.string(), column_type: z.string() }),
    });
    const rows = await this.guard(() => this.connection.run(describe, {}, { signal }));
    return rows.map((row) => ({ name: row.column_name, type: row.column_type }));
  }

  /** What is read by `work` is in no order. */
  async withAllCores<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.execute(`SET threads = ${availableParallelism()}`, signal);
    try {
      return await work();
    } finally {
      await this.execute(`SET threads = ${THREADS}`, signal);
    }
  }

  /** Writes what a SELECT gives to a new Parquet file, and says how many rows it has. */
  copy(sql: string, file: string, signal: AbortSignal): Promise<number> {
    return this.execute(
      `COPY (${sql}) TO ${literal(file)} (FORMAT parquet, COMPRESSION uncompressed, ROW_GROUP_SIZE ${GROUP_ROWS})`,
      signal,
    );
  }

  /** What a SELECT gives, as objects, a few thousand at once. */
  async *rows(sql: string, signal: AbortSignal): AsyncGenerator<readonly Record<string, unknown>[]> {
    const { columns, batches } = await this.guard(() => this.connection.stream(sql, {}, { signal }));
    const iterator = batches[Symbol.asyncIterator]();
    try {
      for (let next = await this.guard(() => iterator.next()); next.done !== true; ) {
        yield next.value.map((row) =>
          Object.fromEntries(columns.map(({ name }, at) => [name, row[at] ?? null])),
        );
        next = await this.guard(() => iterator.next());
      }
    } finally {
      await iterator.return?.();
    }
  }

  execute(sql: string, signal: AbortSignal): Promise<number> {
    return this.guard(() => this.connection.execute(sql, {}, { signal }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.connection[Symbol.asyncDispose]();
    await this.database[Symbol.asyncDispose]();
  }

  private async guard<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (isOutOfMemory(error)) throw new TooMuchAtOnce(this.place.path, { cause: error });
      throw fileFailure(error, this.place.path);
    }
  }
}

/** Attaches the file to a database that may hold other tables too, and gives its tables. */
export async function attachTables(
  connection: Connection,
  place: Pick<DatabasePlace, 'path'> & { readonly file?: string; readonly header?: DuckDbHeader | undefined },
  signal: AbortSignal,
): Promise<ReadonlyMap<string, OpenTable>> {
  const attach = `ATTACH ${literal(place.file ?? place.path)} AS ${identifier(CATALOG)} (READ_ONLY)`;
  try {
    await connection.native.run(attach);
    return await storedTables(connection, signal);
  } catch (error) {
    throw fileFailure(error, place.path, place.header);
  }
}

async function storedTables(
  connection: Connection,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, OpenTable>> {
  const found = new Map<string, { schema: string; name: string; columns: Map<string, FoundColumn> }>();
  for (const row of await connection.run(columnList, { catalog: CATALOG }, { signal })) {
    // A table of the main schema comes first; one of the same name elsewhere does not hide it.
    const key = row.table_name.toLowerCase();
    const table = found.get(key) ?? { schema: row.schema_name, name: row.table_name, columns: new Map() };
    found.set(key, table);
    if (table.schema !== row.schema_name || table.name !== row.table_name) continue;
    table.columns.set(row.column_name.toLowerCase(), { name: row.column_name, type: row.data_type });
  }
  const tables = new Map<string, OpenTable>();
  for (const [key, { schema, name, columns }] of found) {
    const place = { catalog: CATALOG, schema, name };
    const relation = [CATALOG, schema, name].map(identifier).join('.');
    const [last] = await connection.run(
      statement({
        name: 'duckdb.last-row',
        sql: `SELECT coalesce(max(rowid), -1) + 1 AS last FROM ${relation}`,
        params: z.object({}),
        row: z.object({ last: z.bigint().transform(Number) }),
      }),
      {},
      { signal },
    );
    tables.set(key, new StoredTable(place, columns, last?.last ?? 0));
  }
  return tables;
}
