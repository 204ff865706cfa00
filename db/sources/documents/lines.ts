import { isUtf8 } from 'node:buffer';
import { bytesOf } from './bytes';
import { parseJson } from './json';
import type { DocumentFile, DocumentRows } from './types';

/** A longer line is passed over, located: its text alone would take more memory than the reader has. */
export const longestLineBytes = 160_000_000;

const NEW_LINE = 0x0a;

/**
 * Calls `take` with each line that is not blank, and its number from 1, in order. Rows are handed on between blocks. A byte that is no UTF-8
 * becomes the replacement character and is said.
 */
export async function eachLine(
  file: DocumentFile,
  rows: Pick<DocumentRows, 'skip' | 'warn' | 'flushWhenFull'>,
  take: (text: string, line: number) => void,
): Promise<void> {
  const lines = new LineCutter((bytes, line) => {
    if (bytes === undefined) {
      rows.skip(line, `The line is longer than ${longestLineBytes / 1_000_000} MB.`);
      return;
    }
    if (!isUtf8(bytes)) rows.warn('Bytes that are no UTF-8 were replaced.', line);
    const text = bytes.toString('utf8');
    if (text.trim() !== '') take(line === 1 && text.startsWith('\ufeff') ? text.slice(1) : text, line);
  });
  for await (const block of bytesOf(file.path, file.signal)) {
    lines.push(block);
    await rows.flushWhenFull();
  }
  lines.end();
}

/** Each line as JSON. One that is none is skipped and located. The last, without a line end, may still be being written. */
export function eachJsonLine(
  file: DocumentFile,
  rows: Pick<DocumentRows, 'skip' | 'warn' | 'flushWhenFull'>,
  take: (value: unknown, line: number, text: string) => void,
): Promise<void> {
  return eachLine(file, rows, (text, line) => {
    let value: unknown;
    try {
      value = parseJson(text);
    } catch {
      rows.skip(
        line,
        text.includes('\0') ? 'The line holds NUL bytes and is no JSON.' : 'The line is no JSON.',
      );
      return;
    }
    take(value, line, text);
  });
}

/** Cuts blocks into lines; a line that is too long comes as undefined and is never held. */
class LineCutter {
  private held: Buffer[] = [];
  private heldBytes = 0;
  private line = 1;

  constructor(private readonly give: (bytes: Buffer | undefined, line: number) => void) {}

  push(block: Buffer): void {
    let start = 0;
    for (let end = block.indexOf(NEW_LINE); end !== -1; end = block.indexOf(NEW_LINE, start)) {
      this.hold(block.subarray(start, end));
      this.finishLine();
      start = end + 1;
    }
    if (start < block.length) this.hold(Buffer.from(block.subarray(start)));
  }

  end(): void {
    if (this.heldBytes > 0) this.finishLine();
  }

  private hold(part: Buffer): void {
    this.heldBytes += part.length;
    if (this.heldBytes > longestLineBytes) this.held = [];
    else this.held.push(part);
  }

  private finishLine(): void {
    const [only] = this.held;
    const isTooLong = this.heldBytes > longestLineBytes;
    const bytes = this.held.length === 1 && only !== undefined ? only : Buffer.concat(this.held);
    this.held = [];
    this.heldBytes = 0;
    const number = this.line;
    this.line += 1;
    this.give(isTooLong ? undefined : withoutReturn(bytes), number);
  }
}

function withoutReturn(bytes: Buffer): Buffer {
  return bytes.at(-1) === 0x0d ? bytes.subarray(0, -1) : bytes;
}
