import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Connection } from '../../duckdb';
import type { MappedColumn } from '../../model';
import type { Place, SourceWarning } from '../types';
import type { TableKind } from './kind';

export interface StagedTable {
  readonly name: string;
  readonly columns: ReadonlyMap<string, string>;
  /** Parquet files with the columns as text, in the order of the rows. */
  readonly files: readonly { readonly path: string; readonly rows: number }[];
  readonly isRecord: boolean;
  /** Of records: the column that holds what is at a path. */
  readonly paths?: ReadonlyMap<string, string>;
}

/** What a text, or a database that DuckDB cannot open, was copied to. */
export interface Staged {
  readonly tables: readonly StagedTable[];
  readonly warnings: readonly SourceWarning[];
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly notes: readonly string[];
  /** Records that became rows, where these are not all rows of the tables. */
  readonly read?: number;
}

export interface StageOptions {
  readonly place: Place;
  readonly kind: TableKind;
  readonly folder: string;
  /** At most so many rows of each table; absent: all. */
  readonly mostRows?: number;
  /** These tables alone; absent: all. */
  readonly only?: ReadonlySet<string>;
  /** JSON: what is wanted of each record; absent: the records as they are. */
  readonly fields?: readonly MappedColumn[];
  readonly signal: AbortSignal;
}

/** The one table of a file that has no name for it. */
export const ONLY_TABLE = 'rows';

export async function dropFiles(staged: Staged | undefined): Promise<void> {
  for (const { files } of staged?.tables ?? []) {
    for (const { path } of files) await rm(path, { force: true });
  }
}

let names = 0;

export function stagedFile(folder: string, extension: string): string {
  return join(folder, `mapped-${process.pid}-${names++}.${extension}`);
}

/** Rows of a Parquet file that are held until they are written; fewer of long ones. */
export function rowGroupSize(head: string): number {
  const lines = head.split('\n').length;
  const longBytes = lines < 3 ? head.length : head.length / lines;
  return Math.max(LEAST_GROUP_ROWS, Math.min(MOST_GROUP_ROWS, Math.round(GROUP_BYTES / longBytes)));
}

const LEAST_GROUP_ROWS = 2_048;
const MOST_GROUP_ROWS = 122_880;
const GROUP_BYTES = 24_000_000;
/** While a text is copied, the mirror is not written. */
const STAGING_MB = 400;
const READING_MB = 200;

/** Long rows are held by the hundred while they are copied: more memory for that, and less again afterwards. */
export async function withStagingMemory<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
  await connection.execute(`SET memory_limit = '${STAGING_MB}MB'`);
  try {
    return await work();
  } finally {
    await connection.execute(`SET memory_limit = '${READING_MB}MB'`);
  }
}
