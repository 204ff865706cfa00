import { isAscii, isUtf8 } from 'node:buffer';
import { ExpectedError } from '../../model';
import { bytesOf, plainBytesOf } from './bytes';
import { parseJson } from './json';
import { isTooMuch, takesTooMuch } from './memory';
import type { DocumentFile, DocumentRows } from './types';

/** A longer line is passed over, located: it stands in memory several times until its rows are in the mirror. */
export const longestLineBytes = 64_000_000;

const NEW_LINE = 0x0a;
const RETURN = 0x0d;
const MARK = '\ufeff';

/** What reading lines needs of where rows go. Without `unfinished` a line that is cut off is skipped as any other. */
export type LineRows = Pick<DocumentRows, 'skip' | 'warn' | 'flushWhenFull'> &
  Partial<Pick<DocumentRows, 'unfinished'>>;

/** Behind the last line that was read whole. */
export interface LinePlace {
  readonly offset: number;
  /** The number of the line that begins there, from 1. */
  readonly line: number;
}

export interface LineOptions {
  /** Goes on from here; only in a file that is not compressed. */
  readonly from?: LinePlace | undefined;
}

export interface JsonLineOptions extends LineOptions {
  /** The line without a part that nobody needs; undefined: nothing to leave out. When the rest is no JSON, the whole line is taken. */
  readonly shorten?: (bytes: Buffer) => Buffer | undefined;
}

/**
 * Calls `take` with each line that is not blank as JSON, and its number from 1, in order; rows are handed on between blocks. What is no JSON
 * is skipped and located, and a byte that is no UTF-8 becomes the replacement character. The last line, without a line end, may still be
 * being written.
 */
export async function eachJsonLine(
  file: DocumentFile,
  rows: LineRows,
  take: (value: unknown, line: number, text: string) => void,
  { shorten, ...options }: JsonLineOptions = {},
): Promise<LinePlace> {
  let cutOff: LinePlace | undefined;
  const end = await eachLineOfBytes(
    file,
    rows,
    (bytes, line, startsAt) => {
      const short = shorten?.(bytes);
      if (isTooMuch(short ?? bytes)) {
        rows.skip(line, takesTooMuch);
        return;
      }
      const shortText = short === undefined ? undefined : textOf(short, rows, line);
      let text = shortText ?? textOf(bytes, rows, line);
      let value = tryJson(text);
      if (value === undefined && shortText !== undefined) {
        text = textOf(bytes, rows, line);
        value = tryJson(text);
      }
      if (value !== undefined) take(value, line, text);
      else if (startsAt !== undefined) cutOff = { offset: startsAt, line };
      else rows.skip(line, whyNoJson(text));
    },
    options,
  );
  if (cutOff === undefined) return end;
  const reason = 'The last line is cut off: it is read when it has been written to its end.';
  if (rows.unfinished === undefined) rows.skip(cutOff.line, reason);
  else rows.unfinished(cutOff.line, reason);
  return cutOff;
}

function whyNoJson(text: string): string {
  return text.includes('\0') ? 'The line holds NUL bytes and is no JSON.' : 'The line is no JSON.';
}

/** Undefined: no JSON. */
function tryJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

function textOf(bytes: Buffer, rows: LineRows, line: number): string {
  // Most lines are ASCII: their text is a plain copy.
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (!isUtf8(bytes)) rows.warn('Bytes that are no UTF-8 were replaced.', line);
  const text = bytes.toString('utf8');
  return line === 1 && text.startsWith(MARK) ? text.slice(1) : text;
}

/** `startsAt`: only for a last line without a line end. */
type TakeBytes = (bytes: Buffer, line: number, startsAt: number | undefined) => void;

/** Each line that is not blank as its bytes, which are the caller's until it returns. */
async function eachLineOfBytes(
  file: DocumentFile,
  rows: LineRows,
  take: TakeBytes,
  { from }: LineOptions,
): Promise<LinePlace> {
  const lines = new LineCutter(take, rows, from ?? { offset: 0, line: 1 });
  const { signal } = file;
  const options = { isPassing: true, passed: (bytes: number) => file.passed(bytes) };
  if (from !== undefined) file.passed(from.offset);
  const blocks =
    from === undefined
      ? bytesOf(file.path, signal, options)
      : plainBytesOf(file.path, { signal, from: from.offset, ...options });
  try {
    for await (const block of blocks) {
      lines.push(block);
      await rows.flushWhenFull();
    }
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.code !== 'FORMAT_DAMAGED') throw error;
    // The lines before it are good.
    rows.skip('end', error.message);
    return lines.place;
  }
  return lines.end();
}

/** Cuts blocks into lines; one that is too long is never held. */
class LineCutter {
  private held: Buffer[] = [];
  private heldBytes = 0;
  private line: number;
  /** Where the line that is held begins. */
  private offset: number;

  constructor(
    private readonly take: TakeBytes,
    private readonly rows: LineRows,
    from: LinePlace,
  ) {
    this.line = from.line;
    this.offset = from.offset;
  }

  push(block: Buffer): void {
    let start = 0;
    for (let end = block.indexOf(NEW_LINE); end !== -1; end = block.indexOf(NEW_LINE, start)) {
      const rest = block.subarray(start, end);
      const length = this.heldBytes + rest.length;
      if (this.heldBytes === 0) this.give(rest, undefined);
      else {
        this.hold(rest);
        this.give(this.heldLine(), undefined);
      }
      this.line += 1;
      this.offset += length + 1;
      start = end + 1;
    }
    // A copy, so that a short rest does not hold a whole block.
    if (start < block.length) this.hold(Buffer.from(block.subarray(start)));
  }

  get place(): LinePlace {
    return { offset: this.offset, line: this.line };
  }

  end(): LinePlace {
    const { heldBytes, offset } = this;
    if (heldBytes > 0) {
      this.give(this.heldLine(), offset);
      this.offset += heldBytes;
    }
    return this.place;
  }

  private hold(part: Buffer): void {
    this.heldBytes += part.length;
    if (this.heldBytes > longestLineBytes) this.held = [];
    else this.held.push(part);
  }

  /** Undefined: too long. */
  private heldLine(): Buffer | undefined {
    const [only] = this.held;
    const isTooLong = this.heldBytes > longestLineBytes;
    const bytes = this.held.length === 1 && only !== undefined ? only : Buffer.concat(this.held);
    this.held = [];
    this.heldBytes = 0;
    return isTooLong ? undefined : bytes;
  }

  private give(bytes: Buffer | undefined, startsAt: number | undefined): void {
    if (bytes === undefined) {
      this.rows.skip(this.line, `The line is longer than ${longestLineBytes / 1_000_000} MB.`);
      return;
    }
    const line = bytes.at(-1) === RETURN ? bytes.subarray(0, -1) : bytes;
    if (!isBlank(line)) this.take(line, this.line, startsAt);
  }
}

function isBlank(bytes: Buffer): boolean {
  for (const byte of bytes) if (byte !== 0x20 && byte !== 0x09 && byte !== RETURN) return false;
  return true;
}
