import { basename } from 'node:path';
import type { RowReader } from '../row-reader';
import { type SqliteFile, sqliteFile } from '../sqlite';
import { readTables } from '../tracing-v3/schema';
import type { Chunk, ReadRequest, SourceFormat, TraceSource } from '../types';
import { readPidginSqlite } from './read';

const MAGIC = 'SQLite format 3\0';

const WANTED: Readonly<Record<string, readonly string[]>> = {
  experiments: ['experiment_id', 'name', 'status', 'created_at', 'config', 'metadata'],
  conversations: [
    'conversation_id',
    'experiment_id',
    'agent_a_model',
    'agent_b_model',
    'config',
    'convergence_reason',
  ],
  turns: ['conversation_id', 'turn_number', 'speaker', 'message', 'convergence_score', 'response_time_ms'],
};

/** `experiments.db`, where Pidgin kept its conversations before it took DuckDB: one row a turn, with the message in it. */
export const pidginSqlite: SourceFormat = {
  name: 'pidgin-sqlite',
  async open(place, signal) {
    if (place.kind !== 'file' || Buffer.from(place.head.subarray(0, 16)).toString('latin1') !== MAGIC)
      return undefined;
    const file = sqliteFile(place.path);
    await using reader = await file.open(signal);
    return (await isPidgin(reader, signal)) ? [new PidginSqliteSource(place.path, file)] : undefined;
  },
};

async function isPidgin(reader: RowReader, signal: AbortSignal): Promise<boolean> {
  const tables = await readTables(reader, signal);
  return Object.entries(WANTED).every(([table, columns]) =>
    columns.every((column) => tables.get(table)?.has(column) === true),
  );
}

/** Read whole each time: a conversation's row changes as it goes on. Opened for each reading, and held by nobody between. */
class PidginSqliteSource implements TraceSource {
  readonly format = 'pidgin-sqlite';
  readonly dialect = null;
  readonly namespace = null;
  readonly name: string;
  readonly watched: readonly string[];

  constructor(
    readonly location: string,
    private readonly file: SqliteFile,
  ) {
    this.name = basename(location);
    this.watched = file.watched;
  }

  fingerprint(): Promise<string> {
    return this.file.stamp();
  }

  async canExtend(): Promise<boolean> {
    return false;
  }

  async *read(request: ReadRequest): AsyncGenerator<Chunk, void, void> {
    await using reader = await this.file.open(request.signal);
    yield* readPidginSqlite(reader, { request, name: this.name });
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
