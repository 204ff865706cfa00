import { join } from 'node:path';
import type { Place, SourceWarning } from '../types';
import type { TableKind } from './kind';

export interface StagedTable {
  readonly name: string;
  readonly columns: ReadonlyMap<string, string>;
  /** Parquet files with the columns as text, in the order of the rows. */
  readonly files: readonly { readonly path: string; readonly rows: number }[];
  readonly isRecord: boolean;
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
  readonly signal: AbortSignal;
}

/** The one table of a file that has no name for it. */
export const ONLY_TABLE = 'rows';

let names = 0;

export function stagedFile(folder: string, extension: string): string {
  return join(folder, `mapped-${process.pid}-${names++}.${extension}`);
}
