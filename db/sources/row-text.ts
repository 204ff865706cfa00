import { Buffer } from 'node:buffer';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';

const FIRST_ROOM_BYTES = 1 << 16;
/** More than this is written at once. */
const MOST_ROOM_BYTES = 1 << 20;
/** A character of JavaScript is at most three bytes in UTF-8. */
const BYTES_PER_CHARACTER = 3;

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
  private longest = 0;
  private rows = 0;
  private open: { readonly file: string; readonly descriptor: number } | undefined;

  constructor(private readonly nameFile: () => string) {}

  /** `line` ends with its line end. Says how many bytes it takes. */
  add(line: string): number {
    const most = line.length * BYTES_PER_CHARACTER;
    if (this.used + most > this.room.length) this.makeRoom(most);
    return this.added(this.room.write(line, this.used));
  }

  /** The same for a line that is bytes already; they are copied. */
  addBytes(line: Buffer): number {
    if (this.used + line.length > this.room.length) this.makeRoom(line.length);
    line.copy(this.room, this.used);
    return this.added(line.length);
  }

  private added(bytes: number): number {
    this.used += bytes;
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
