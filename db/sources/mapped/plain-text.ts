import { isUtf8 } from 'node:buffer';
import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { bytesOf, type Compression } from '../documents/bytes';
import type { SourceWarning } from '../types';
import { type StageOptions, stagedFile } from './staged';

export interface PlainText {
  readonly path: string;
  readonly compression: string;
  readonly isTemporary: boolean;
  /** Lines that are no UTF-8 where others may be: how many, and the first. */
  readonly foreign: { readonly count: number; readonly line: number } | null;
}

/** DuckDB reads UTF-8, packed or not; anything else is written anew as UTF-8. */
export async function plainText({ place, kind, folder, signal }: StageOptions): Promise<PlainText> {
  if (kind.encoding === 'utf-8' && !isUtf16(place.compression))
    return {
      path: place.path,
      compression: place.compression ?? 'none',
      isTemporary: false,
      foreign: null,
    };
  const path = stagedFile(folder, 'txt');
  const blocks = bytesOf(place.path, signal);
  const mixed = kind.encoding === 'windows-1252' ? new MixedText() : undefined;
  const text = mixed?.decoded(blocks) ?? decoded(blocks, kind.encoding);
  try {
    await pipeline(Readable.from(text), createWriteStream(path, { mode: 0o600 }), { signal });
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { path, compression: 'none', isTemporary: true, foreign: mixed?.foreign ?? null };
}

export function isUtf16(compression: Compression | null): boolean {
  return compression === 'utf-16le' || compression === 'utf-16be';
}

/** What a reader should know of a text that was not what most are. */
export function encodingWarnings(file: string, { foreign }: PlainText): SourceWarning[] {
  if (foreign === null) return [];
  const message = 'Lines that are no UTF-8 were read as Windows-1252 (Latin-1).';
  return [{ at: `${file}:${foreign.line}`, message, count: foreign.count }];
}

async function* decoded(blocks: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(encoding);
  for await (const block of blocks) yield decoder.decode(block, { stream: true });
  yield decoder.decode();
}

const NEWLINE = 0x0a;

/** A text that some program wrote as UTF-8 and another as Windows-1252: each line by itself, as one of them. */
class MixedText {
  private count = 0;
  private first = 0;
  private line = 1;

  get foreign(): { readonly count: number; readonly line: number } | null {
    return this.count === 0 ? null : { count: this.count, line: this.first };
  }

  async *decoded(blocks: AsyncIterable<Buffer>): AsyncGenerator<string, void, void> {
    let rest: Buffer[] = [];
    for await (const block of blocks) {
      const end = block.lastIndexOf(NEWLINE) + 1;
      if (end > 0) {
        yield this.textOf(Buffer.concat([...rest, block.subarray(0, end)]));
        rest = [];
      }

      rest.push(block.subarray(end));
    }
    yield this.textOf(Buffer.concat(rest));
  }

  private textOf(lines: Buffer): string {
    const texts: string[] = [];
    for (let from = 0; from < lines.length; ) {
      const newline = lines.indexOf(NEWLINE, from);
      const to = newline === -1 ? lines.length : newline + 1;
      texts.push(this.lineOf(lines.subarray(from, to)));
      this.line += 1;
      from = to;
    }
    return texts.join('');
  }

  private lineOf(bytes: Buffer): string {
    if (isUtf8(bytes)) return bytes.toString('utf8');
    this.count += 1;
    if (this.count === 1) this.first = this.line;
    return foreignText.decode(bytes);
  }
}

const foreignText = new TextDecoder('windows-1252');
