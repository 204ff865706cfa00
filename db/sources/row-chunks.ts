import { type Row, type TableName, tableNames, tables } from '../model';
import { chunkFileName } from './chunk-file';
import { type FieldsOfRow, RowText } from './row-text';
import { stageOf } from './stages';
import { type Chunk, type Cursor, stageNames } from './types';

/** A canonical row on its way to the mirror, which adds the `source_id`. */
export type NewRow<T extends TableName> = Omit<Row<T>, 'source_id'> &
  /** A session's place in its source, by which the mirror skips what belongs to others. */
  (T extends 'sessions' ? { readonly session_no: number } : unknown);

type Mode = 'append' | 'upsert';
const modes = ['append', 'upsert'] as const;

interface Batch {
  readonly table: TableName;
  readonly mode: Mode;
  readonly columns: readonly string[];
  readonly text: RowText;
  /** Rows that have a name: a later one takes its place. As they are, since each of their texts would be many pieces. */
  readonly named: Map<string, FieldsOfRow>;
}

/**
 * Collects canonical rows of any table in memory and turns them into chunks. For readers that make rows one by one; the caller empties it
 * often enough that memory stays bounded (`characters`).
 */
export class RowChunks implements Disposable {
  private readonly batches = {
    append: new Map<TableName, Batch>(),
    upsert: new Map<TableName, Batch>(),
  };
  /** Kept from batch to batch, each with the room that it has. */
  private readonly texts: RowText[] = [];
  /** Characters collected, as they are in the files. */
  characters = 0;

  constructor(
    /** Where chunk files may be written. */
    private readonly folder: string,
  ) {}

  add<T extends TableName>(table: T, row: NewRow<T>, mode: Mode): void {
    const { text, columns } = this.batch(table, mode);
    this.characters += text.addRow(row, columns);
  }

  /** A row that is its line already, with its line end; the bytes are copied. */
  addLine(table: TableName, line: Buffer, mode: Mode): void {
    this.characters += this.batch(table, mode).text.addBytes(line);
  }

  /** Replaces the row of this name when it is still here. */
  put<T extends TableName>(table: T, row: NewRow<T>, options: { name: string; mode: Mode }): void {
    this.characters += lengthOf(row);
    const waiting = modes
      .map((mode) => this.batches[mode].get(table))
      .find((batch) => batch?.named.has(options.name));
    (waiting ?? this.batch(table, options.mode)).named.set(options.name, row);
  }

  private batch(table: TableName, mode: Mode): Batch {
    const known = this.batches[mode].get(table);
    if (known !== undefined) return known;
    const batch: Batch = { table, mode, columns: columnsOf(table), text: this.text(), named: new Map() };
    this.batches[mode].set(table, batch);
    return batch;
  }

  /** Everything collected so far, in the order of the stages, to land together; empty afterwards. The last chunk alone carries `after`. */
  *take(cursors: {
    readonly before: Cursor | null;
    readonly after: Cursor | null;
  }): Generator<Chunk, void, void> {
    const batches = modes.flatMap((mode) => [...this.batches[mode].values()]);
    batches.sort((a, b) => orderOf(a.table) - orderOf(b.table));
    for (const mode of modes) this.batches[mode].clear();
    this.characters = 0;
    const last = batches.at(-1);
    for (const { table, mode, columns, text, named } of batches) {
      for (const row of named.values()) text.addRow(row, columns);
      const { file, rows, longestBytes } = text.take();
      this.texts.push(text);
      const isLast = table === last?.table && mode === last.mode;
      yield {
        stage: stageOf(table),
        table,
        columns,
        content: { kind: 'text', file, longestBytes },
        rows,
        mode,
        cursor: isLast ? cursors.after : cursors.before,
        total: null,
        isContinued: !isLast,
      };
    }
  }

  /** Rows that nobody took are gone. */
  [Symbol.dispose](): void {
    for (const mode of modes) for (const { text } of this.batches[mode].values()) text[Symbol.dispose]();
  }

  private text(): RowText {
    return this.texts.pop() ?? new RowText(() => chunkFileName(this.folder));
  }
}

/** About what its line will take. */
function lengthOf(row: FieldsOfRow): number {
  let length = 0;
  for (const name in row) {
    const value = row[name];
    length += typeof value === 'string' ? value.length : 1;
  }
  return length;
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
