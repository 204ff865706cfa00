import type { SqliteValue } from './sqlite';

/** Answers SQL about one SQLite database, wherever it is: a file read by a thread, or a server. */
export interface RowReader extends AsyncDisposable {
  readonly isAlive: boolean;
  /** Later commits are seen without opening again. */
  readonly seesCommits: boolean;
  /** About as much text as a chunk may hold, and as one run of its statement should give. */
  readonly chunkBytes: number;
  readonly pieceBytes: number;
  /** From now on its work gives way to all other of the machine, unless a writer waits for it. Who wants something soon opens another reader. */
  giveWay?(): Promise<void>;
  readonly givesWay?: boolean;
  rows(
    sql: string,
    values: readonly SqliteValue[],
    signal: AbortSignal,
  ): Promise<readonly (readonly SqliteValue[])[]>;
  /**
   * Runs a statement that gives (blob, number of rows, number of odd ones) with each of the values in turn, and writes the blobs to the file. Stops when
   * `chunkBytes` are reached, or before a run that fails unless it is the first.
   */
  text(
    sql: string,
    runs: readonly (readonly SqliteValue[])[],
    target: { readonly file: string; readonly signal: AbortSignal },
  ): Promise<WrittenText>;
}

export interface WrittenText {
  readonly rows: number;
  readonly bytes: number;
  /** Of the longest run: no row is longer. */
  readonly longestBytes: number;
  /** How many of the runs are in the file. */
  readonly runs: number;
  /** Rows that the statement calls odd, where it does. */
  readonly odd: number;
}
