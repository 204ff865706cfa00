import { dirname, sep } from 'node:path';
import { type Connection, identifier } from '../../duckdb';
import { attachTables, type OpenTable, ParquetTable, type RowRange } from '../duckdb';
import { findParquetFiles, parquetTables } from '../parquet';
import type { Place } from '../types';
import { stageCsv } from './stage-csv';
import { stageJson } from './stage-json';
import { stageSqlite } from './stage-sqlite';
import { ONLY_TABLE, type Staged, type StageOptions, withStagingMemory } from './staged';

/** A table as it stands in a file. `record`: its one column is a JSON object a row. */
export interface RawTable {
  readonly name: string;
  readonly columns: ReadonlyMap<string, string>;
  readonly table: OpenTable;
  readonly isRecord: boolean;
  /** Of records: the column that holds what is at a path. */
  readonly paths: ReadonlyMap<string, string>;
}

/** Copies what DuckDB does not read range by range; undefined for what it does. */
export async function stage(connection: Connection, options: StageOptions): Promise<Staged | undefined> {
  return withStagingMemory(connection, () => stageKind(connection, options));
}

async function stageKind(connection: Connection, options: StageOptions): Promise<Staged | undefined> {
  switch (options.kind.kind) {
    case 'csv':
      return stageCsv(connection, options);
    case 'json':
      return stageJson(connection, options);
    case 'sqlite':
      return stageSqlite(connection, options);
    default:
      return undefined;
  }
}

/** The tables of the file, opened on this connection. */
export async function openRaw(
  connection: Connection,
  { place, kind, mostRows, signal }: StageOptions,
  staged: Staged | undefined,
): Promise<ReadonlyMap<string, RawTable>> {
  if (staged !== undefined) {
    return new Map(
      staged.tables.map(({ name, columns, files, isRecord, paths = new Map() }) => {
        const table = new ParquetTable(name, files, new Map());
        return [name, { name, columns, table, isRecord, paths }];
      }),
    );
  }
  const found =
    kind.kind === 'duckdb'
      ? await attachTables(connection, { path: place.path }, signal)
      : await parquetOf(connection, place, signal);
  const isOnly = kind.kind === 'parquet' && found.size === 1;
  return new Map(
    [...found.values()].map((table) => {
      const name = isOnly ? ONLY_TABLE : table.name;
      const columns = new Map([...table.columns.values()].map((column) => [column.name, column.type]));
      return [name, { name, columns, table: shortened(table, mostRows), isRecord: false, paths: new Map() }];
    }),
  );
}

async function parquetOf(
  connection: Connection,
  place: Place,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, OpenTable>> {
  const isFolder = place.kind === 'folder';
  const files = isFolder ? await findParquetFiles(place.path, signal) : [place.path];
  const root = isFolder ? place.path : dirname(place.path);
  const { tables, damaged } = await parquetTables(connection, { files, root, known: null }, signal);
  const [first] = damaged;
  if (first !== undefined) throw first.error;
  return new Map([...tables].map(([name, table]) => [name, partitionedAsText(table)]));
}

/**
 * What stands in the names of folders is text: DuckDB would guess its type from the files of each range. A file that has such a column too
 * keeps its own.
 */
function partitionedAsText(table: ParquetTable): OpenTable {
  const paths = table.files.map(({ path }) => path);
  const parts =
    paths[0]?.split(sep).flatMap((part) => /^([^=]+)=/.exec(part)?.[1]?.toLowerCase() ?? []) ?? [];
  const names = parts.filter((name) => table.columns.has(name));
  if (names.length === 0) return table;
  const columns = new Map(
    [...table.columns].map(([key, column]) => [
      key,
      names.includes(key) ? { ...column, type: 'VARCHAR' } : column,
    ]),
  );
  const casts = names.map((name) => {
    const column = identifier(columns.get(name)?.name ?? name);
    return `CAST(${column} AS VARCHAR) AS ${column}`;
  });
  const asText = (sql: string) => `(SELECT * REPLACE (${casts.join(', ')}) FROM ${sql})`;
  return {
    name: table.name,
    relation: asText(table.relation),
    columns,
    end: table.end,
    rangeSql: (range) => asText(table.rangeSql(range)),
    rangeFrom: (first, size) => table.rangeFrom(first, size),
  };
}

/** The first rows of a table alone. */
function shortened(table: OpenTable, mostRows: number | undefined): OpenTable {
  if (mostRows === undefined || table.end <= mostRows) return table;
  return {
    name: table.name,
    relation: table.relation,
    columns: table.columns,
    end: mostRows,
    rangeSql: (range) => table.rangeSql(range),
    rangeFrom: (first, size) => {
      const range: RowRange = table.rangeFrom(first, size);
      return { first: range.first, last: Math.min(range.last, mostRows - 1) };
    },
  };
}
