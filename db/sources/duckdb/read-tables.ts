import { z } from 'zod';
import { RowChunks } from '../row-chunks';
import { stayingRows } from '../staying';
import type { Chunk, ReadRequest } from '../types';
import { loss } from './losses';
import type { OpenTable, RowRange } from './open-table';
import { removeCopies, StandingFiles } from './standing-files';
import type { ColumnsRead, TableFormat, TableRead } from './table-format';
import type { CopiedRows, TableReader } from './table-reader';

/** Four row groups: each range that lands is committed and summed, and begins with writing the table's last group again. */
const ROWS = 491_520;
/** Parts that divide a row group, so that ranges keep to it. */
const FIRST_WIDE_ROWS = 3_840;
const SMALLEST_WIDE_ROWS = 15;
/** A chunk of wide rows that is longer is followed by smaller ones. */
const CHUNK_BYTES = 48_000_000;
/** Of a table that stays in its copies: nothing is inserted, and joins are begun anew with each of them. */
const STAYING = { leastRows: stayingRows, mostRows: 16 * ROWS, rows: 4 * ROWS, bytes: 256_000_000 };
/** Characters of made rows that are held before they go to the mirror. */
const HELD_CHARACTERS = 8_000_000;

export const tableCursor = z.object({
  stamp: z.string(),
  /** Read → the place from which it goes on; null: done. */
  at: z.record(z.string(), z.number().nullable()),
  lost: z.array(loss),
});
export type TableCursor = z.infer<typeof tableCursor>;

const checkRow = z.object({ at: z.string(), message: z.string(), count: z.union([z.number(), z.bigint()]) });

/** Everything of a schema that the cursor has not passed, in the order of the format's reads. What is lost is told at the end. */
export async function* readTables(
  format: TableFormat,
  reader: TableReader,
  options: {
    readonly request: ReadRequest;
    readonly cursor: TableCursor;
    readonly path: string;
    /** Told at the end how many rows the tables have. */
    readonly sum: (rows: number) => void;
  },
): AsyncGenerator<Chunk, void, void> {
  const { request, cursor, path, sum } = options;
  const isFirst = (read: TableRead) => read.stage === 'sessions';
  const writersOf = (name: string) =>
    format.reads.filter((read) => read.kind === 'columns' && read.table === name).length;
  const readAll = async function* (reads: readonly TableRead[], standing?: StandingFiles) {
    for (const read of reads) {
      const table = reader.table(read.from);
      if (table === undefined || cursor.at[read.name] === null) continue;
      if (table.end === 0 && read.isWhole !== true) continue;
      const place = new Place(read, table, { cursor, reader });
      const chunks =
        read.kind === 'columns'
          ? readColumns(read, reader, { place, standing, isAlone: writersOf(read.table) === 1 })
          : readRows(read, reader, { place, request });
      yield* reader.guard(table, chunks);
    }
  };
  yield* readAll(format.reads.filter(isFirst));
  const rest = format.reads.filter((read) => !isFirst(read));
  await using standing = await StandingFiles.copy(
    rest.filter((read) => cursor.at[read.name] === undefined),
    reader,
    request,
  );
  yield* readAll(rest, standing);
  for await (const rows of reader.checks()) {
    for (const row of rows) {
      const { at, message, count } = checkRow.parse(row);
      request.warn({ at, message, count: Number(count) });
    }
  }
  const from = new Set(format.reads.map((read) => read.from));
  sum([...from].reduce((rows, name) => rows + (reader.table(name)?.end ?? 0), 0));
  reader.losses.report(path, request.warn);
}

/** How far one read has come. */
class Place {
  private at: number;

  constructor(
    private readonly read: TableRead,
    readonly table: OpenTable,
    private readonly state: { readonly cursor: TableCursor; readonly reader: TableReader },
  ) {
    this.at = state.cursor.at[read.name] ?? (read.isBackward === true ? table.end : 0);
  }

  get isBegun(): boolean {
    return this.state.cursor.at[this.read.name] !== undefined;
  }

  /** Undefined: nothing is left. */
  next(size: number): RowRange | undefined {
    if (this.read.isWhole === true)
      return this.at === 0 ? { first: 0, last: Math.max(0, this.table.end - 1) } : undefined;
    if (this.read.isBackward !== true) {
      return this.at < this.table.end ? this.table.rangeFrom(this.at, size) : undefined;
    }
    return this.at > 0 ? { first: Math.floor((this.at - 1) / size) * size, last: this.at - 1 } : undefined;
  }

  pass(range: RowRange): void {
    this.at = this.read.isBackward === true ? range.first : range.last + 1;
    this.state.cursor.at[this.read.name] = this.next(1) === undefined ? null : this.at;
  }

  passAll(): void {
    this.state.cursor.at[this.read.name] = null;
  }

  snapshot(): TableCursor {
    const { cursor, reader } = this.state;
    return { stamp: cursor.stamp, at: { ...cursor.at }, lost: reader.losses.all };
  }
}

async function* readColumns(
  read: ColumnsRead,
  reader: TableReader,
  options: {
    readonly place: Place;
    readonly standing: StandingFiles | undefined;
    /** Nothing else is read to its table. */
    readonly isAlone: boolean;
  },
): AsyncGenerator<Chunk, void, void> {
  const { place, standing, isAlone } = options;
  const { table } = place;
  const whole = standing?.take(read);
  if (whole !== undefined) {
    const before = place.snapshot();
    place.passAll();
    const cursors = { before, after: place.snapshot() };
    yield* chunksOf(read, whole, { ...cursors, total: table.end, isContinued: standing?.hasMore === true });
    return;
  }
  const columns = await reader.columnsOf(read, table);
  const staying = isAlone && mayStay(read, place) ? ([] as CopiedRows[]) : undefined;
  const cursor = place.snapshot();
  try {
    let size = read.isWide === true ? FIRST_WIDE_ROWS : ROWS;
    for (let range = place.next(size); range !== undefined; range = place.next(size)) {
      const before = place.snapshot();
      const copies = await reader.copy({ read, table, range });
      place.pass(range);
      const last = copies.at(-1);
      if (read.isWide === true && last !== undefined)
        size = nextSize(size, last.bytes, staying !== undefined);
      if (staying !== undefined) staying.push(...copies);
      else yield* chunksOf(read, { columns, copies }, { before, after: place.snapshot(), total: table.end });
    }
    if (staying === undefined) return;
    const cursors = { before: cursor, after: place.snapshot() };
    const options = { ...cursors, total: table.end, isContinued: false };
    yield* chunksOf(read, { columns, copies: staying.splice(0) }, options);
  } finally {
    await removeCopies(staying ?? []);
  }
}

/** Of a table that is read from its beginning, after the sessions, all rows may stay in the copies. */
function mayStay(read: ColumnsRead, place: Place): boolean {
  const isInOrder = read.stage !== 'sessions' && read.isBackward !== true && read.isWhole !== true;
  const { end } = place.table;
  return isInOrder && !place.isBegun && end >= STAYING.leastRows && end <= STAYING.mostRows;
}

/** Several copies of one range or table have landed with the last of them. */
async function* chunksOf(
  read: ColumnsRead,
  { columns, copies }: { readonly columns: readonly string[]; readonly copies: readonly CopiedRows[] },
  options: {
    readonly before: TableCursor;
    readonly after: TableCursor;
    readonly total: number;
    readonly isContinued?: boolean;
  },
): AsyncGenerator<Chunk, void, void> {
  const { before, after, total, isContinued } = options;
  const last = copies.at(-1);
  const left = new Set(copies);
  const stays = isContinued === undefined ? {} : { mayStay: true };
  try {
    for (const copy of copies) {
      left.delete(copy);
      yield {
        stage: read.stage,
        table: read.table,
        columns,
        content: { kind: 'parquet', file: copy.file, sourceId: null, isTemporary: true, ...stays },
        rows: copy.rows,
        mode: 'append',
        cursor: copy === last ? after : before,
        total,
        ...(isContinued === undefined ? {} : { isContinued: isContinued || copy !== last }),
      };
    }
  } finally {
    await removeCopies(left);
  }
}

function nextSize(size: number, bytes: number, stays: boolean): number {
  const most = stays ? STAYING : { rows: ROWS, bytes: CHUNK_BYTES };
  if (bytes > most.bytes) return Math.max(SMALLEST_WIDE_ROWS, size / 2);
  let next = size;
  for (let grown = bytes; grown < most.bytes / 4 && next < most.rows; grown *= 2) next *= 2;
  return next;
}

/** Rows of one conversation or trace belong together, so this kind of read is one run, begun again when it was cut off. */
async function* readRows(
  read: TableRead & { kind: 'rows' },
  reader: TableReader,
  options: { readonly place: Place; readonly request: ReadRequest },
): AsyncGenerator<Chunk, void, void> {
  const { place, request } = options;
  const { table } = place;
  const mode = place.isBegun ? 'upsert' : 'append';
  const before = place.snapshot();
  before.at[read.name] = 0;
  using rows = new RowChunks(request.folder);
  const maker = read.start();
  for await (const batch of reader.rows({ read, table, range: { first: 0, last: table.end - 1 } })) {
    for (const row of batch) maker.take(row, rows, mode);
    if (rows.characters > HELD_CHARACTERS) yield* rows.take({ before, after: before });
  }
  maker.finish(rows, mode);
  place.passAll();
  yield* rows.take({ before, after: place.snapshot() });
  for (const warning of maker.warnings) request.warn(warning);
}
