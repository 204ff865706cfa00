import type { TableName } from '../../model';
import type { RowChunks } from '../row-chunks';
import type { SourceWarning, StageName } from '../types';

/** The tables of somebody's database or Parquet files as its catalog says: name → column → type, all in lower case but the type. */
export type FoundTables = ReadonlyMap<string, FoundTable>;

export interface FoundTable {
  /** As SQL names it. */
  readonly relation: string;
  /** Its name as it is written, for messages. */
  readonly name: string;
  readonly columns: ReadonlyMap<string, FoundColumn>;
}

export interface FoundColumn {
  readonly name: string;
  readonly type: string;
}

/** The types that a format asks its columns to have; what the file has instead is converted, NULL where it cannot be. */
export type ColumnType = 'VARCHAR' | 'BIGINT' | 'INTEGER' | 'DOUBLE' | 'BOOLEAN' | 'TIMESTAMP';
/** `of`: the column of the file, where it is seen under another name. */
export type DeclaredColumn = ColumnType | { readonly of: string; readonly type: ColumnType | 'NANOSECONDS' };
export type DeclaredTable = Readonly<Record<string, DeclaredColumn>>;

/**
 * A schema of tables, wherever they are (a DuckDB file, Parquet files). Its SQL sees each declared table with all its declared columns,
 * whatever the file has: `piece` is the bounded part being read, with `row_key` (unique in its table, in the order of rows);
 * `whole.<table>` is all of it, for joins.
 */
export interface TableFormat {
  readonly name: string;
  /** Undefined: some other schema. */
  recognise(tables: FoundTables): { readonly dialect: string | null } | undefined;
  readonly tables: Readonly<Record<string, DeclaredTable>>;
  /** Run in order before anything is read: temporary tables that joins need. */
  readonly prepare: readonly string[];
  readonly reads: readonly TableRead[];
  /** Each gives rows (at, message, count): what does not hold in the file as a whole. */
  readonly checks: readonly string[];
}

interface ReadOf {
  readonly stage: StageName;
  /** The table that `piece` is of. */
  readonly from: string;
  /** Differs between reads of the same two tables. */
  readonly name: string;
  /** Sessions are read from the last rows on: the newest show first. */
  readonly isBackward?: boolean;
  /** Reads `whole` tables in one go, and not `piece`: what is counted or told apart over all rows. */
  readonly isWhole?: boolean;
  /** Holds JSON and texts of any size: read in smaller pieces. */
  readonly isWide?: boolean;
}

/** SQL gives the canonical table's columns, of the mirror's types. */
export interface ColumnsRead extends ReadOf {
  readonly kind: 'columns';
  readonly table: TableName;
  readonly sql: string;
  /** The declared columns are the canonical table's own: a row that has these is one as it stands. */
  readonly required?: readonly string[];
}

/** `rows`: code makes rows of what SQL gives. */
export type TableRead =
  | ColumnsRead
  | (ReadOf & { readonly kind: 'rows'; readonly sql: string; readonly start: () => RowMaker });

/** Makes canonical rows of one run over a table, row by row, in the order that the SQL gives. */
export interface RowMaker {
  take(row: Readonly<Record<string, unknown>>, rows: RowChunks, mode: 'append' | 'upsert'): void;
  /** After the last row. */
  finish(rows: RowChunks, mode: 'append' | 'upsert'): void;
  readonly warnings: readonly SourceWarning[];
}

/** A read of columns, named by the tables it goes between. */
export function readOf(
  from: string,
  table: TableName,
  options: {
    readonly stage: StageName;
    readonly sql: string;
    readonly isBackward?: boolean;
    readonly isWhole?: boolean;
    readonly isWide?: boolean;
    readonly required?: readonly string[];
  },
): TableRead {
  return { kind: 'columns', name: `${from} → ${table}`, from, table, ...options };
}
