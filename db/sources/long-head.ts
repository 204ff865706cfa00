import { setImmediate } from 'node:timers/promises';
import { bytesOf, type DocumentFile } from './documents';
import { lookAt } from './place';
import type { Place } from './types';

/** How much is looked through for what stands behind a long text. */
const MOST_BYTES = 64_000_000;
/** Of a text, so much is kept; a character of UTF-8 may be cut in the middle. */
const KEPT_OF_TEXT = 500;
const HEAD_BYTES = 65_536;
/** A head that a long text takes less of says enough. */
const LEAST_SAVED_BYTES = 32_768;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LETTER_U = 0x75;
const HEX_DIGITS = 4;

/**
 * The place with its beginning as it would be if its texts were short: a first line may hold 200 KB of instructions before the keys that tell
 * its format. Undefined: its texts are not that long.
 */
export async function withoutLongTexts(place: Place, signal: AbortSignal): Promise<Place | undefined> {
  const isJson = /^(?:\xef\xbb\xbf)?\s*[[{]/.test(Buffer.from(place.head.subarray(0, 64)).toString('latin1'));
  if (!isJson || new ShortTexts().add(place.head).length > place.head.length - LEAST_SAVED_BYTES)
    return undefined;
  const texts = new ShortTexts();
  let read = 0;
  for await (const block of bytesOf(place.path, signal, { isPassing: true })) {
    texts.add(block);
    read += block.length;
    if (texts.length === HEAD_BYTES || read > MOST_BYTES) break;
    // The engine answers meanwhile.
    await setImmediate();
  }
  return { ...place, head: texts.bytes.subarray(0, texts.length) };
}

/** What a reader looks at once more, to know which shape of its format a file has. */
export async function lookPastTexts(file: Pick<DocumentFile, 'path' | 'signal'>): Promise<Place> {
  const place = await lookAt(file.path);
  return (await withoutLongTexts(place, file.signal)) ?? place;
}

/** JSON as it comes, with the beginnings of its texts. */
class ShortTexts {
  readonly bytes = Buffer.alloc(HEAD_BYTES);
  length = 0;
  private isInText = false;
  /** Bytes of the text that are still kept. */
  private left = 0;
  /** Of an escape: its letter is to come, or so many digits. */
  private escape: 'none' | 'letter' | number = 'none';
  private isEscapeKept = false;

  add(block: Uint8Array): this {
    for (const byte of block) {
      if (this.length === HEAD_BYTES) break;
      if (this.isKept(byte)) {
        this.bytes[this.length] = byte;
        this.length += 1;
      }
    }
    return this;
  }

  private isKept(byte: number): boolean {
    if (!this.isInText) {
      this.isInText = byte === QUOTE;
      this.left = KEPT_OF_TEXT;
      return true;
    }
    if (this.escape !== 'none') {
      const digits = this.escape === 'letter' ? (byte === LETTER_U ? HEX_DIGITS : 0) : this.escape - 1;
      this.escape = digits === 0 ? 'none' : digits;
      return this.isEscapeKept;
    }
    if (byte === QUOTE) {
      this.isInText = false;
      return true;
    }
    const isKept = this.left > 0;
    this.left -= 1;
    if (byte === BACKSLASH) {
      this.escape = 'letter';
      this.isEscapeKept = isKept;
    }
    return isKept;
  }
}
