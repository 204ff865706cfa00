import { Buffer } from 'node:buffer';

const FIRST_ROOM_BYTES = 1 << 16;
/** A character of JavaScript is at most three bytes in UTF-8. */
const BYTES_PER_CHARACTER = 3;

/** Lines on their way to a file, as bytes at once: strings that waited for it would be copied by the garbage collector again and again. */
export class RowText {
  private room = Buffer.allocUnsafeSlow(FIRST_ROOM_BYTES);
  private used = 0;
  /** Bytes of the longest line. */
  longest = 0;
  rows = 0;

  get bytes(): Buffer {
    return this.room.subarray(0, this.used);
  }

  /** `line` ends with its line end. Says how many bytes it takes. */
  add(line: string): number {
    const most = line.length * BYTES_PER_CHARACTER;
    if (this.used + most > this.room.length) this.grow(most);
    const written = this.room.write(line, this.used);
    this.used += written;
    this.rows += 1;
    if (written > this.longest) this.longest = written;
    return written;
  }

  private grow(most: number): void {
    const room = Buffer.allocUnsafeSlow(Math.max(2 * this.room.length, this.used + most));
    this.room.copy(room, 0, 0, this.used);
    this.room = room;
  }
}
