import type { ExpectedError } from '../../model';
import type { Chunk, Cursor, FileReport, ReadRequest, TraceSource } from '../types';
import { TableLosses } from './losses';
import { readTables, tableCursor } from './read-tables';
import type { TableDatabase } from './table-database';
import type { TableFormat } from './table-format';
import { TableReader } from './table-reader';

export interface TablePlace {
  readonly name: string;
  readonly location: string;
  readonly namespace: string | null;
  readonly watched: readonly string[];
  readonly watchedFolders?: readonly string[];
  /** Equal while nothing has changed. */
  stamp(signal: AbortSignal): Promise<string>;
  /** Opened for each reading, so that the file's writer is held up no longer. */
  open(options: { readonly signal: AbortSignal }): Promise<TableDatabase>;
  /** Around a whole reading. */
  guard(): Promise<AsyncDisposable>;
  /** Lost before the first row is read, e.g. a log that does not replay; null: nothing. */
  readonly loss: ExpectedError | null;
  /** Each of its files as it was read, after a reading. `rows`: of all tables. */
  reports(rows: number): readonly FileReport[];
  close(): Promise<void>;
}

/** Tables of a schema that Stepscope knows, in a DuckDB file or in Parquet files. A change of the file is read from the beginning. */
export class TableSource implements TraceSource {
  readonly name: string;
  readonly location: string;
  readonly namespace: string | null;
  readonly watched: readonly string[];
  readonly watchedFolders: readonly string[];

  constructor(
    private readonly schema: TableFormat,
    readonly dialect: string | null,
    private readonly place: TablePlace,
  ) {
    this.name = place.name;
    this.location = place.location;
    this.namespace = place.namespace;
    this.watched = place.watched;
    this.watchedFolders = place.watchedFolders ?? [];
  }

  get format(): string {
    return this.schema.name;
  }

  fingerprint(signal: AbortSignal): Promise<string> {
    return this.place.stamp(signal);
  }

  /** A changed file is opened first: one that is held, or broken now, does not cost what was read of it. */
  async canExtend(cursor: Cursor, signal: AbortSignal): Promise<boolean> {
    const known = tableCursor.safeParse(cursor);
    if (known.success && known.data.stamp === (await this.place.stamp(signal))) return true;
    await using _guard = await this.place.guard();
    await using _database = await this.place.open({ signal });
    return false;
  }

  async *read(request: ReadRequest): AsyncGenerator<Chunk, void, void> {
    const { signal } = request;
    const stamp = await this.place.stamp(signal);
    const cursor = request.cursor === null ? { stamp, at: {}, lost: [] } : tableCursor.parse(request.cursor);
    await using _guard = await this.place.guard();
    const open = () => this.place.open({ signal });
    await using reader = await TableReader.open(this.schema, request, {
      open,
      losses: new TableLosses(cursor.lost),
    });
    const sum = (rows: number) => {
      for (const report of this.place.reports(rows)) request.report(report);
    };
    yield* readTables(this.schema, reader, { request, cursor, path: this.location, sum });
    if (this.place.loss !== null) throw this.place.loss;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.place.close();
  }
}
