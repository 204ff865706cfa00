import { writeFile } from 'node:fs/promises';
import { type Row, type TableName, tableNames, tables } from '../model';
import { chunkFileName } from './chunk-file';
import { chunkLine, type FieldValue, newLine } from './chunk-text';
import { stageOf } from './stages';
import { type Chunk, type Cursor, stageNames } from './types';

/** A canonical row on its way to the mirror, which adds the `source_id`. */
export type NewRow<T extends TableName> = Omit<Row<T>, 'source_id'> &
  /** A session's place in its source, by which the mirror skips what belongs to others. */
  (T extends 'sessions' ? { readonly session_no: number } : unknown);

type Mode = 'append' | 'upsert';

interface Batch {
  readonly table: TableName;
  readonly mode: Mode;
  readonly lines: string[];
  /** Place of the line of each row that has a name; a later one takes it over. */
  readonly named: Map<string, number>;
}

/**
 * Collects canonical rows of any table in memory and turns them into chunks. For readers that make rows one by one; the caller empties it
 * often enough that memory stays bounded (`characters`).
 */
export class RowChunks {
  private readonly batches = new Map<string, Batch>();
  /** Characters held. */
  characters = 0;

  add<T extends TableName>(table: T, row: NewRow<T>, mode: Mode): void {
    const line = lineOf(table, row);
    this.batch(table, mode).lines.push(line);
    this.characters += line.length;
  }

  /** Replaces the row of this name when it is still here. */
  put<T extends TableName>(table: T, row: NewRow<T>, options: { name: string; mode: Mode }): void {
    const line = lineOf(table, row);
    this.characters += line.length;
    for (const mode of ['append', 'upsert'] as const) {
      const batch = this.batches.get(`${mode} ${table}`);
      const place = batch?.named.get(options.name);
      if (batch === undefined || place === undefined) continue;
      batch.lines[place] = line;
      return;
    }
    const batch = this.batch(table, options.mode);
    batch.named.set(options.name, batch.lines.length);
    batch.lines.push(line);
  }

  private batch(table: TableName, mode: Mode): Batch {
    const id = `${mode} ${table}`;
    const batch = this.batches.get(id) ?? { table, mode, lines: [], named: new Map() };
    this.batches.set(id, batch);
    return batch;
  }

  /** Everything collected so far, in the order of the stages; empty afterwards. The last chunk alone carries `after`. */
  async *take(
    folder: string,
    cursors: { readonly before: Cursor; readonly after: Cursor },
  ): AsyncGenerator<Chunk, void, void> {
    const batches = [...this.batches.values()].sort((a, b) => orderOf(a.table) - orderOf(b.table));
    this.batches.clear();
    this.characters = 0;
    const last = batches.at(-1);
    for (const batch of batches) {
      const file = chunkFileName(folder);
      await writeFile(file, batch.lines.join(newLine) + newLine);
      const longest = batch.lines.reduce((most, line) => Math.max(most, line.length), 0);
      yield {
        stage: stageOf(batch.table),
        table: batch.table,
        columns: columnsOf(batch.table),
        // A character has at most three bytes in UTF-8 for each of its two in JavaScript.
        content: { kind: 'text', file, longestBytes: 3 * longest + 1 },
        rows: batch.lines.length,
        mode: batch.mode,
        cursor: batch === last ? cursors.after : cursors.before,
        total: null,
      };
    }
  }
}

function lineOf<T extends TableName>(table: T, row: NewRow<T>): string {
  const values: Readonly<Record<string, unknown>> = row;
  return chunkLine(columnsOf(table).map((column) => fieldOf(values[column])));
}

function orderOf(table: TableName): number {
  return stageNames.indexOf(stageOf(table));
}

const COLUMNS = new Map<TableName, readonly string[]>(
  tableNames.map((table) => {
    const columns = Object.keys(tables[table].shape).filter((column) => column !== 'source_id');
    return [table, table === 'sessions' ? [...columns, 'session_no'] : columns];
  }),
);

function columnsOf(table: TableName): readonly string[] {
  return COLUMNS.get(table) ?? [];
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
