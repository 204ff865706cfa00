import { writeFileSync } from 'node:fs';
import { type Row, type TableName, tableNames, tables } from '../model';
import { chunkFileName } from './chunk-file';
import { chunkLineOf, newLine } from './chunk-text';
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
  longest: number;
  /** Place of the line of each row that has a name; a later one takes it over. */
  readonly named: Map<string, number>;
}

/**
 * Collects canonical rows of any table in memory and turns them into chunks. For readers that make rows one by one; the caller empties it
 * often enough that memory stays bounded (`characters`).
 */
export class RowChunks {
  private readonly batches = {
    append: new Map<TableName, Batch>(),
    upsert: new Map<TableName, Batch>(),
  };
  /** Characters held. */
  characters = 0;

  add<T extends TableName>(table: T, row: NewRow<T>, mode: Mode): void {
    const line = lineOf(table, row);
    const batch = this.batch(table, mode);
    batch.lines.push(line);
    if (line.length > batch.longest) batch.longest = line.length;
    this.characters += line.length;
  }

  /** Replaces the row of this name when it is still here. */
  put<T extends TableName>(table: T, row: NewRow<T>, options: { name: string; mode: Mode }): void {
    const line = lineOf(table, row);
    this.characters += line.length;
    for (const mode of ['append', 'upsert'] as const) {
      const batch = this.batches[mode].get(table);
      const place = batch?.named.get(options.name);
      if (batch === undefined || place === undefined) continue;
      batch.lines[place] = line;
      if (line.length > batch.longest) batch.longest = line.length;
      return;
    }
    const batch = this.batch(table, options.mode);
    if (line.length > batch.longest) batch.longest = line.length;
    batch.named.set(options.name, batch.lines.length);
    batch.lines.push(line);
  }

  private batch(table: TableName, mode: Mode): Batch {
    const known = this.batches[mode].get(table);
    if (known !== undefined) return known;
    const batch: Batch = { table, mode, lines: [], longest: 0, named: new Map() };
    this.batches[mode].set(table, batch);
    return batch;
  }

  /** Everything collected so far, in the order of the stages; empty afterwards. The last chunk alone carries `after`. */
  *take(
    folder: string,
    cursors: { readonly before: Cursor | null; readonly after: Cursor | null },
  ): Generator<Chunk, void, void> {
    const batches = [...this.batches.append.values(), ...this.batches.upsert.values()];
    batches.sort((a, b) => orderOf(a.table) - orderOf(b.table));
    this.batches.append.clear();
    this.batches.upsert.clear();
    this.characters = 0;
    const last = batches.at(-1);
    for (const batch of batches) {
      const file = chunkFileName(folder);
      // Not left to the pool of threads: readers have a thread of their own, and the rows' memory is free at once.
      writeFileSync(file, batch.lines.join(newLine) + newLine);
      yield {
        stage: stageOf(batch.table),
        table: batch.table,
        columns: columnsOf(batch.table),
        // A character has at most three bytes in UTF-8 for each of its two in JavaScript.
        content: { kind: 'text', file, longestBytes: 3 * batch.longest + 1 },
        rows: batch.lines.length,
        mode: batch.mode,
        cursor: batch === last ? cursors.after : cursors.before,
        total: null,
      };
    }
  }
}

function lineOf<T extends TableName>(table: T, row: NewRow<T>): string {
  return chunkLineOf(row, columnsOf(table));
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
