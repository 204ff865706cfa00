/** Reading of JSON, written again as `JSON.stringify` would write it: twice at once, for the row and for JavaScript. */
import { DOUBTS, FLAT, MOST_DOUBTS, ROW } from './memory';

export const QUOTE: u8 = 0x22;
export const COMMA: u8 = 0x2c;
export const COLON: u8 = 0x3a;
export const OPEN_ARRAY: u8 = 0x5b;
export const CLOSE_ARRAY: u8 = 0x5d;
export const OPEN_OBJECT: u8 = 0x7b;
export const CLOSE_OBJECT: u8 = 0x7d;
export const APOSTROPHE: u8 = 0x27;
const BACKSLASH: u8 = 0x5c;
const MINUS: u8 = 0x2d;
const PLUS: u8 = 0x2b;
const POINT: u8 = 0x2e;
const ZERO: u8 = 0x30;
/** So many are exact in a number of JavaScript, whichever they are. */
const MOST_DIGITS: usize = 15;

/** The place in the input that is read next. */
export let at: usize = 0;
/** Where the row's JSON is written, with apostrophes doubled. */
export let row: usize = ROW;
/** Where the JSON for JavaScript is written. */
export let flat: usize = FLAT;
/** Not zero when the input had a byte that is no ASCII. */
export let wide: i32 = 0;

export function begin(place: usize): void {
  at = place;
  row = ROW;
  flat = FLAT;
  wide = 0;
  doubts = 0;
}

export function readFrom(place: usize): void {
  at = place;
}

export function writeRowTo(place: usize): void {
  row = place;
}

export function writeFlatTo(place: usize): void {
  flat = place;
}

/** Past white space; the byte there. */
export function next(): u8 {
  let byte = load<u8>(at);
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = load<u8>(++at);
  return byte;
}

/** Past this byte, when it comes next. */
export function take(wanted: u8): bool {
  if (next() !== wanted) return false;
  at++;
  return true;
}

/** Past a member's name and its colon, when it is this one. */
export function takeKey(name: string): bool {
  if (next() !== QUOTE) return false;
  const end = at + 1 + name.length;
  if (!isAt(at + 1, name) || load<u8>(end) !== QUOTE) return false;
  const before = at;
  at = end + 1;
  if (take(COLON)) return true;
  at = before;
  return false;
}

/** ASCII, eight bytes at a time: a text of AssemblyScript has two bytes a character. */
function isAt(place: usize, text: string): bool {
  const characters = changetype<usize>(text);
  for (let index: i32 = 0; index < text.length; index += 8) {
    const eight = i8x16.narrow_i16x8_u(v128.load(characters + 2 * index), v128.load(characters));
    const unlike = load<u64>(place + index) ^ <u64>i64x2.extract_lane(eight, 0);
    const rest = text.length - index;
    if ((rest < 8 ? unlike << (64 - 8 * rest) : unlike) !== 0) return false;
  }
  return true;
}

/** The same, and written. */
export function copyKey(name: string): bool {
  if (!takeKey(name)) return false;
  put(QUOTE);
  putAscii(name);
  put(QUOTE);
  put(COLON);
  return true;
}

/** The same byte read and written. */
export function copy(wanted: u8): bool {
  if (!take(wanted)) return false;
  put(wanted);
  return true;
}

export function put(byte: u8): void {
  store<u8>(row++, byte);
  store<u8>(flat++, byte);
}

export function putRow(byte: u8): void {
  store<u8>(row++, byte);
}

export function putFlat(byte: u8): void {
  store<u8>(flat++, byte);
}

/** To the flat JSON. */
export function putFlatNumber(value: i32): void {
  if (value >= 10) putFlatNumber(value / 10);
  putFlat(<u8>(value % 10) + ZERO);
}

export function copyToFlat(from: usize, to: usize): void {
  memory.copy(flat, from, to - from);
  flat += to - from;
}

export function putAscii(text: string): void {
  for (let index = 0; index < text.length; index++) put(<u8>text.charCodeAt(index));
}

/** A string, with its quotes. False: it is none, or JSON.stringify would write it otherwise. */
export function copyString(): bool {
  if (!copy(QUOTE)) return false;
  while (true) {
    const bytes = v128.load(at);
    v128.store(row, bytes);
    v128.store(flat, bytes);
    wide |= i8x16.bitmask(bytes);
    const odd = oddOnes(at);
    const plain: usize = odd === 0 ? 16 : ctz(odd);
    at += plain;
    row += plain;
    flat += plain;
    if (odd === 0) continue;
    const byte = load<u8>(at);
    if (byte === QUOTE) return copy(QUOTE);
    if (byte === BACKSLASH) {
      if (unescaped(load<u8>(at + 1)) === 0) return false;
      put(BACKSLASH);
      put(load<u8>(at + 1));
      at += 2;
    } else if (byte === APOSTROPHE) {
      put(APOSTROPHE);
      store<u8>(row++, APOSTROPHE);
      at++;
    } else return false;
  }
}

/** Which of the sixteen bytes there are no plain ones of a string: quotes, apostrophes, backslashes, control characters. */
export function oddOnes(place: usize): i32 {
  const bytes = v128.load(place);
  return i8x16.bitmask(
    v128.or(
      v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH))),
      v128.or(i8x16.eq(bytes, i8x16.splat(APOSTROPHE)), i8x16.lt_u(bytes, i8x16.splat(0x20))),
    ),
  );
}

/** What the letter behind a backslash stands for; 0: `\u` and `\/`, which JSON.stringify mostly writes otherwise, or nothing of JSON. */
export function unescaped(letter: u8): u8 {
  switch (letter) {
    case QUOTE:
    case BACKSLASH:
      return letter;
    case 0x62: // b
      return 0x08;
    case 0x66: // f
      return 0x0c;
    case 0x6e: // n
      return 0x0a;
    case 0x72: // r
      return 0x0d;
    case 0x74: // t
      return 0x09;
  }
  return 0;
}

/**
 * A number that JavaScript prints as it stands: of at most 15 digits, without an exponent. Whether it prints another one that is no whole
 * number so, JavaScript tells: it is kept among the doubtful.
 */
export function copyNumber(): bool {
  const from = at;
  if (load<u8>(at) === MINUS) at++;
  const first = at;
  passDigits();
  const isZero = load<u8>(first) === ZERO;
  if (at === first || (isZero && at > first + 1)) return false;
  const behindWhole = at;
  let isTiny = false;
  if (load<u8>(at) === POINT) {
    const fraction = ++at;
    passDigits();
    if (at === fraction || load<u8>(at - 1) === ZERO) return false;
    // Below a millionth it is printed with an exponent.
    isTiny = isZero && load<u32>(fraction) === 0x30303030 && load<u16>(fraction + 4) === 0x3030;
  }
  const isPlain = !isTiny && at - first <= MOST_DIGITS;
  const hasExponent = isExponent(load<u8>(at));
  if (hasExponent && !passExponent()) return false;
  if (at === behindWhole) {
    if (!isPlain || (isZero && first > from)) return false;
  } else if ((!isPlain || hasExponent) && !doubt(from)) return false;
  for (let place = from; place < at; place++) put(load<u8>(place));
  return true;
}

function passExponent(): bool {
  const sign = load<u8>(++at);
  if (sign === MINUS || sign === PLUS) at++;
  const digits = at;
  passDigits();
  return at > digits;
}

/** How many numbers lie at `DOUBTS`, each as the places where it begins and ends. */
export let doubts: i32 = 0;

function doubt(from: usize): bool {
  if (doubts === MOST_DOUBTS) return false;
  store<u32>(DOUBTS + 8 * doubts, <u32>from);
  store<u32>(DOUBTS + 8 * doubts + 4, <u32>at);
  doubts++;
  return true;
}

/** A whole number from zero of at most nine digits. */
export function copyCount(): bool {
  next();
  const from = at;
  return copyNumber() && isWhole(from, at) && at - from < 10;
}

export function isWhole(from: usize, to: usize): bool {
  for (let place = from; place < to; place++) if (!isDigit(load<u8>(place))) return false;
  return true;
}

function passDigits(): void {
  while (isDigit(load<u8>(at))) at++;
}

export function isDigit(byte: u8): bool {
  return byte >= ZERO && byte <= 0x39;
}

function isExponent(byte: u8): bool {
  return byte === 0x65 || byte === 0x45;
}

/** true or false. */
export function copyBoolean(): bool {
  next();
  return copyWord('true') || copyWord('false');
}

function copyWord(word: string): bool {
  if (!isAt(at, word)) return false;
  putAscii(word);
  at += word.length;
  return true;
}
