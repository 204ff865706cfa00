/**
 * What JSON takes when it is parsed. Asked before: V8 ends the process, not the thread, when its parser finds no room, so that sixty megabytes of
 * `{},{},…` ended the engine.
 */
const OBJECT_BYTES = 56;
const MEMBER_BYTES = 16;
const STRING_BYTES = 24;
const ELEMENT_BYTES = 16;

/** Smaller records are taken without a look: what they hold fits many times. */
const HARMLESS_BYTES = 4_000_000;
/** The text of one record and its values. They stand there again on their way to the rows, in a thread that has 512 MB. */
const MOST_RECORD_BYTES = 200_000_000;
/** Of a document that is parsed in one piece, part by part of which become rows. */
export const mostDocumentBytes = 320_000_000;

/** Why a record is skipped. */
export const takesTooMuch = 'The record takes more memory than there is for one.';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_OBJECT = 0x7b;
const OPEN_LIST = 0x5b;
const LETTER_U = 0x75;
const ZERO = 0x30;
/** From here on bytes of UTF-8 begin characters beyond Latin-1, and go on with those between. */
const WIDE_LEAD = 0xc4;
const LEAD = 0xc0;
const CONTINUATION = 0x80;

export function isTooMuch(bytes: Uint8Array, most = MOST_RECORD_BYTES): boolean {
  return bytes.length > HARMLESS_BYTES && memoryOf(bytes) > most;
}

/** Bytes in memory of a JSON text and what it holds: a string with one character beyond Latin-1 takes two for each. */
function memoryOf(bytes: Uint8Array): number {
  let values = 0;
  let characters = 0;
  let isTextWide = false;
  let isInString = false;
  let begin = 0;
  let isWide = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < CONTINUATION || byte >= LEAD) characters += 1;
    if (byte >= WIDE_LEAD) {
      isTextWide = true;
      isWide = true;
    }
    if (isInString) {
      if (byte === BACKSLASH) {
        at += 1;
        characters += 1;
        isWide ||= bytes[at] === LETTER_U && (bytes[at + 1] !== ZERO || bytes[at + 2] !== ZERO);
      } else if (byte === QUOTE) {
        values += STRING_BYTES + (characters - begin) * (isWide ? 2 : 1);
        isInString = false;
      }
    } else if (byte === QUOTE) {
      isInString = true;
      isWide = false;
      begin = characters;
    } else if (byte === OPEN_OBJECT) values += OBJECT_BYTES;
    else if (byte === COLON) values += MEMBER_BYTES;
    else if (byte === COMMA || byte === OPEN_LIST) values += ELEMENT_BYTES;
  }
  return values + characters * (isTextWide ? 2 : 1);
}
