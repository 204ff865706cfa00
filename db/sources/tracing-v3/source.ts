import { stat } from 'node:fs/promises';
import { ExpectedError } from '../../model';
import { type Access, SqliteReader } from '../sqlite';
import type { Chunk, Cursor, ReadRequest, TraceSource } from '../types';
import { readTracingV3, v3Cursor } from './read';
import { type Dialect, findDialect, isTracingV3, readTables, type TableColumns } from './schema';

export interface SqliteSourceOptions {
  readonly format: string;
  readonly name: string;
  /** What the user opened, which is not always the file itself. */
  readonly location: string;
  readonly namespace: string | null;
  /** The SQLite file. */
  readonly file: string;
  readonly access: (file: string) => Promise<Access>;
}

/** Opens a SQLite file as tracing v3; undefined when its tables are something else. */
export async function openTracingV3(
  options: SqliteSourceOptions,
  signal: AbortSignal,
): Promise<TraceSource | undefined> {
  const before = await stamp(options.file);
  const reader = await SqliteReader.open(options.file, await options.access(options.file), signal);
  try {
    const tables = await readTables(reader, signal);
    if (isTracingV3(tables, options.location)) {
      const dialect = await findDialect(reader, tables, signal);
      return new TracingV3Source(options, { reader, tables, dialect, stamp: before });
    }
  } catch (error) {
    await reader[Symbol.asyncDispose]();
    throw error;
  }
  await reader[Symbol.asyncDispose]();
  return undefined;
}

interface Opened {
  readonly reader: SqliteReader;
  readonly tables: TableColumns;
  readonly dialect: Dialect;
  readonly stamp: string;
}

class TracingV3Source implements TraceSource {
  readonly format: string;
  readonly name: string;
  readonly location: string;
  readonly namespace: string | null;
  readonly watched: readonly string[];

  constructor(
    private readonly options: SqliteSourceOptions,
    private opened: Opened,
  ) {
    this.format = options.format;
    this.name = options.name;
    this.location = options.location;
    this.namespace = options.namespace;
    this.watched = [options.file, `${options.file}-wal`];
  }

  get dialect(): Dialect {
    return this.opened.dialect;
  }

  fingerprint(): Promise<string> {
    return stamp(this.options.file);
  }

  /** The rows below the cursor are counted again: one that is gone, or an id that was given twice, means that more than adding happened. */
  async canExtend(cursor: Cursor, signal: AbortSignal): Promise<boolean> {
    const known = v3Cursor.safeParse(cursor);
    if (!known.success) return false;
    await this.follow(signal);
    const [row] = await this.opened.reader.rows(
      'SELECT coalesce(max(rowid), 0) FROM session_traces',
      [],
      signal,
    );
    return Number(row?.[0] ?? 0) >= (known.data.sessions?.top ?? 0);
  }

  async *read(request: ReadRequest): AsyncGenerator<Chunk, void, void> {
    await this.follow(request.signal);
    yield* readTracingV3({ ...request, reader: this.opened.reader, tables: this.opened.tables });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.opened.reader[Symbol.asyncDispose]();
  }

  /** An immutable opening sees no later change: opens again when the file has moved on. */
  private async follow(signal: AbortSignal): Promise<void> {
    const now = await stamp(this.options.file);
    const { reader } = this.opened;
    if (now === this.opened.stamp && reader.isAlive) return;
    const access = await this.options.access(this.options.file);
    if (reader.isAlive) await reader.reopen(access, signal);
    else this.opened = { ...this.opened, reader: await SqliteReader.open(this.options.file, access, signal) };
    const tables = await readTables(this.opened.reader, signal);
    const dialect = await findDialect(this.opened.reader, tables, signal);
    this.opened = { ...this.opened, tables, dialect, stamp: now };
  }
}

/** Size and time of the file and of its WAL. */
async function stamp(file: string): Promise<string> {
  const main = await stat(file, { bigint: true }).catch((error: unknown) => {
    throw new ExpectedError(
      'SOURCE_NOT_FOUND',
      `${file} is not there any more.`,
      { path: file, action: 'Put it back, or close the source.' },
      { cause: error },
    );
  });
  const wal = await stat(`${file}-wal`, { bigint: true }).catch(() => undefined);
  return [main.ino, main.size, main.mtimeNs, wal?.size ?? 0n, wal?.size ? wal.mtimeNs : 0n].join(':');
}
