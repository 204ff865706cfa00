import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Row, type TableName, tables } from '../model';
import { chunkLine, type FieldValue, newLine } from './chunk-text';
import type { Chunk, Cursor, ReadRequest, StageName } from './types';

/** Which stage of a reading a table's rows belong to. */
const STAGES: Readonly<Record<TableName, StageName>> = {
  experiments: 'sessions',
  systems: 'sessions',
  system_versions: 'sessions',
  experiment_systems: 'sessions',
  sessions: 'sessions',
  timesteps: 'timesteps',
  turn_metrics: 'timesteps',
  events: 'events',
  rewards: 'events',
  spans: 'events',
  state_patches: 'events',
  messages: 'messages',
  event_payloads: 'payloads',
};

/** A canonical row on its way to the mirror, which adds the `source_id`. */
export type NewRow<T extends TableName> = Omit<Row<T>, 'source_id'> &
  /** A session's place in its source, by which the mirror skips what belongs to others. */
  (T extends 'sessions' ? { readonly session_no: number } : unknown);

/**
 * Collects canonical rows of any table in memory and turns them into chunks. For readers that make rows one by one; the caller empties it
 * often enough that memory stays bounded (`bytes`).
 */
export class RowChunks {
  private readonly lines = new Map<TableName, string[]>();
  /** Characters held. */
  bytes = 0;

  add<T extends TableName>(table: T, row: NewRow<T>): void {
    const values = new Map<string, unknown>(Object.entries(row));
    const line = chunkLine(columnsOf(table).map((column) => fieldOf(values.get(column))));
    const lines = this.lines.get(table);
    if (lines === undefined) this.lines.set(table, [line]);
    else lines.push(line);
    this.bytes += line.length;
  }

  /** Everything collected so far, in the order of the stages; empty afterwards. The last chunk alone carries `cursor`'s new state. */
  async *take(
    request: ReadRequest,
    options: { readonly before: Cursor; readonly after: Cursor; readonly mode: Chunk['mode'] },
  ): AsyncGenerator<Chunk, void, void> {
    const tablesHere = [...this.lines.keys()].sort((a, b) => tableOrder(a) - tableOrder(b));
    const last = tablesHere.at(-1);
    for (const table of tablesHere) {
      const lines = this.lines.get(table) ?? [];
      const file = join(request.folder, `rows-${process.pid}-${files++}.txt`);
      await writeFile(file, lines.join(newLine) + newLine);
      const longest = lines.reduce((most, line) => Math.max(most, line.length), 0);
      yield {
        stage: STAGES[table],
        table,
        columns: columnsOf(table),
        // A character has at most three bytes in UTF-8 for each of its two in JavaScript.
        content: { kind: 'text', file, longestBytes: 3 * longest + 1 },
        rows: lines.length,
        mode: options.mode,
        cursor: table === last ? options.after : options.before,
        total: null,
      };
    }
    this.lines.clear();
    this.bytes = 0;
  }
}

let files = 0;

const stageOrder: readonly StageName[] = ['sessions', 'timesteps', 'events', 'messages', 'payloads'];

function tableOrder(table: TableName): number {
  return stageOrder.indexOf(STAGES[table]);
}

function columnsOf(table: TableName): string[] {
  const columns = Object.keys(tables[table].shape).filter((column) => column !== 'source_id');
  return table === 'sessions' ? [...columns, 'session_no'] : columns;
}

function fieldOf(value: unknown): FieldValue {
  switch (typeof value) {
    case 'string':
    case 'bigint':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    default:
      return null;
  }
}
