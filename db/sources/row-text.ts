import { Buffer } from 'node:buffer';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { doubled, newLine, plainField, quote, separator } from './chunk-text';

const FIRST_ROOM_BYTES = 1 << 16;
/** More than this is written at once. */
const MOST_ROOM_BYTES = 1 << 20;
/** A character of JavaScript is at most three bytes in UTF-8. */
const BYTES_PER_CHARACTER = 3;
/** Node writes longer texts quicker than a loop. */
const MOST_LOOPED = 32;
const MOST_ASCII = 0x7f;
const SEPARATOR = separator.charCodeAt(0);
const QUOTE = quote.charCodeAt(0);
const NEW_LINE = newLine.charCodeAt(0);
/** Of a field: quotes and what parts it from the next. */
const AROUND_BYTES = 3;

/** Fields by the names of columns; what is no field (an object, NaN) is NULL. */
export type FieldsOfRow = Readonly<Record<string, unknown>>;

/** A chunk's text as it came out. */
export interface TextFile {
  readonly file: string;
  readonly rows: number;
  /** No line is longer. */
  readonly longestBytes: number;
}

/**
 * Lines on their way to a file, as bytes at once: strings that waited for it would be copied by the garbage collector again and again. Written
 * without waiting, as readers have a thread of their own; what is held is a megabyte, however long the chunk.
 */
export class RowText implements Disposable {
  private room = Buffer.allocUnsafeSlow(FIRST_ROOM_BYTES);
  private used = 0;
  /** Of the open file, before what is in the room. */
  private writtenBytes = 0;
  private longest = 0;
  private rows = 0;
  private open: { readonly file: string; readonly descriptor: number } | undefined;

  constructor(private readonly nameFile: () => string) {}

  /** The line of a row's columns, field by field: put together as a text, it would be copied and collected. Says how many bytes it takes. */
  addRow(row: FieldsOfRow, columns: readonly string[]): number {
    const begin = this.writtenBytes + this.used;
    // Looking up each name takes five times as long as going through an object's own, which mostly stand in the table's order.
    if (isInOrder(row, columns)) for (const name in row) this.addField(row[name]);
    else for (const column of columns) this.addField(row[column]);
    this.room[this.used - 1] = NEW_LINE;
    return this.counted(this.writtenBytes + this.used - begin);
  }

  private addField(value: unknown): void {
    if (typeof value === 'string') this.addText(value);
    else this.addAscii(plainField(value));
  }

  private addText(text: string): void {
    const { length } = text;
    this.ensure(length * BYTES_PER_CHARACTER + AROUND_BYTES);
    const { room } = this;
    let at = this.used;
    let done = 0;
    room[at++] = QUOTE;
    if (length <= MOST_LOOPED) {
      for (; done < length; done += 1) {
        const code = text.charCodeAt(done);
        if (code > MOST_ASCII || code === QUOTE) break;
        room[at++] = code;
      }
    }
    if (done < length) {
      at = this.used + 1;
      at += room.write(doubled(text), at);
    }
    room[at++] = QUOTE;
    room[at++] = SEPARATOR;
    this.used = at;
  }

  private addAscii(text: string): void {
    this.ensure(text.length + AROUND_BYTES);
    const { room } = this;
    let at = this.used;
    for (let done = 0; done < text.length; done += 1) room[at++] = text.charCodeAt(done);
    room[at++] = SEPARATOR;
    this.used = at;
  }

  /** The same for a line that is bytes already, with its line end; they are copied. */
  addBytes(line: Buffer): number {
    this.ensure(line.length);
    line.copy(this.room, this.used);
    this.used += line.length;
    return this.counted(line.length);
  }

  private counted(bytes: number): number {
    this.rows += 1;
    if (bytes > this.longest) this.longest = bytes;
    return bytes;
  }

  /** The file of all lines since the last one; empty afterwards. */
  take(): TextFile {
    this.write();
    const { rows, longest } = this;
    const { file, descriptor } = this.opened();
    closeSync(descriptor);
    this.open = undefined;
    this.writtenBytes = 0;
    this.rows = 0;
    this.longest = 0;
    return { file, rows, longestBytes: longest };
  }

  /** What was not taken is gone. */
  [Symbol.dispose](): void {
    if (this.open === undefined) return;
    closeSync(this.open.descriptor);
    rmSync(this.open.file, { force: true });
    this.open = undefined;
  }

  /** So many bytes more have room. */
  private ensure(most: number): void {
    if (this.used + most > this.room.length) this.makeRoom(most);
  }

  private makeRoom(most: number): void {
    if (this.used + most > MOST_ROOM_BYTES) this.write();
    if (this.used + most <= this.room.length) return;
    const room = Buffer.allocUnsafeSlow(Math.max(2 * this.room.length, this.used + most));
    this.room.copy(room, 0, 0, this.used);
    this.room = room;
  }

  private write(): void {
    const { descriptor } = this.opened();
    for (let at = 0; at < this.used; ) at += writeSync(descriptor, this.room, at, this.used - at);
    this.writtenBytes += this.used;
    this.used = 0;
    // One long line must not hold its room for ever.
    if (this.room.length > 4 * MOST_ROOM_BYTES) this.room = Buffer.allocUnsafeSlow(MOST_ROOM_BYTES);
  }

  private opened(): { readonly file: string; readonly descriptor: number } {
    if (this.open !== undefined) return this.open;
    const file = this.nameFile();
    this.open = { file, descriptor: openSync(file, 'w') };
    return this.open;
  }
}

function isInOrder(row: FieldsOfRow, columns: readonly string[]): boolean {
  let at = 0;
  for (const name in row) {
    if (name !== columns[at]) return false;
    at += 1;
  }
  return at === columns.length;
}
