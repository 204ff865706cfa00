import type { SqliteValue } from './sqlite';

/** Answers SQL about one SQLite database, wherever it is: a file read by a thread, or a server. */
export interface RowReader extends AsyncDisposable {
  readonly isAlive: boolean;
  /** Later commits are seen without opening again. */
  readonly seesCommits: boolean;
  /** The most text that one answer may hold. */
  readonly chunkBytes: number;
  rows(
    sql: string,
    values: readonly SqliteValue[],
    signal: AbortSignal,
  ): Promise<readonly (readonly SqliteValue[])[]>;
  /** Runs a statement that gives (blob, number of rows) and writes the blob to the file. */
  text(
    sql: string,
    values: readonly SqliteValue[],
    target: { readonly file: string; readonly signal: AbortSignal },
  ): Promise<{ rows: number; bytes: number }>;
}
