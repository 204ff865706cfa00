/** The line of the table `spans`, as `row-text.ts` and `span-rows.ts` have it. */
import {
  ATTRIBUTES,
  COLUMNS,
  END,
  EVENTS,
  endOf,
  FIRST_COLUMN,
  FLAGS,
  has,
  KIND,
  MESSAGE,
  NAME,
  PARENT_ID,
  SPAN_ID,
  START,
  STATE,
  STATUS,
  startOf,
  TRACE_ID,
} from './fields';
import { ROW, SERVICE } from './memory';
import { APOSTROPHE, oddOnes, unescaped } from './text';

const SEPARATOR: u8 = 0x1f;
const NEW_LINE: u8 = 0x0a;
/** Of nanoseconds, that microseconds lack. */
const NANO_DIGITS = 3;

let out: usize = ROW;
let serviceLength: usize = 0;

/** So many bytes lie at `SERVICE`. */
export function setService(length: usize): void {
  serviceLength = length;
}

/** Where it ends. */
export function writeRow(): usize {
  out = ROW;
  putSame(TRACE_ID);
  next();
  putSame(SPAN_ID);
  next();
  putSame(PARENT_ID);
  next();
  // The session.
  putSame(TRACE_ID);
  next();
  putBytes(SERVICE, serviceLength);
  next();
  putText(NAME);
  next();
  putKind();
  next();
  putBytes(startOf(START), endOf(START) - startOf(START));
  next();
  putBytes(startOf(END), endOf(END) - startOf(END));
  next();
  putMicroseconds(START);
  next();
  putMicroseconds(END);
  next();
  putStatus();
  next();
  if (endOf(MESSAGE) > startOf(MESSAGE)) putText(MESSAGE);
  next();
  if (has(ATTRIBUTES)) putSame(ATTRIBUTES);
  else putWord('{}');
  next();
  putSame(EVENTS);
  next();
  // Links: a span that has some is not plain.
  next();
  if (has(FLAGS)) putNumber(numberOf(FLAGS) & 0xff);
  next();
  if (endOf(STATE) > startOf(STATE)) putText(STATE);
  putColumns();
  store<u8>(out++, NEW_LINE);
  return out;
}

function next(): void {
  store<u8>(out++, SEPARATOR);
}

function putBytes(from: usize, length: usize): void {
  memory.copy(out, from, length);
  out += length;
}

/** Without anything that had to be doubled, or with it doubled already. Nothing: NULL. */
function putSame(field: i32): void {
  if (!has(field)) return;
  store<u8>(out++, APOSTROPHE);
  putBytes(startOf(field), endOf(field) - startOf(field));
  store<u8>(out++, APOSTROPHE);
}

function putMicroseconds(field: i32): void {
  store<u8>(out++, APOSTROPHE);
  putBytes(startOf(field), endOf(field) - startOf(field) - NANO_DIGITS);
  store<u8>(out++, APOSTROPHE);
}

/** What the string says, without its escapes. */
function putText(field: i32): void {
  let from = startOf(field);
  const to = endOf(field);
  store<u8>(out++, APOSTROPHE);
  while (true) {
    v128.store(out, v128.load(from));
    const odd = oddOnes(from);
    const plain: usize = odd === 0 ? 16 : ctz(odd);
    from += plain;
    out += plain;
    // Its closing quote ends it.
    if (from === to) break;
    if (odd === 0) continue;
    const byte = load<u8>(from++);
    if (byte === APOSTROPHE) {
      store<u8>(out++, APOSTROPHE);
      store<u8>(out++, APOSTROPHE);
    } else store<u8>(out++, unescaped(load<u8>(from++)));
  }
  store<u8>(out++, APOSTROPHE);
}

function putKind(): void {
  if (!has(KIND)) return;
  switch (numberOf(KIND)) {
    case 1:
      putWord('INTERNAL');
      break;
    case 2:
      putWord('SERVER');
      break;
    case 3:
      putWord('CLIENT');
      break;
    case 4:
      putWord('PRODUCER');
      break;
    case 5:
      putWord('CONSUMER');
      break;
  }
}

function putStatus(): void {
  switch (has(STATUS) ? numberOf(STATUS) : 0) {
    case 0:
      putWord('UNSET');
      break;
    case 1:
      putWord('OK');
      break;
    case 2:
      putWord('ERROR');
      break;
  }
}

/** Junjo's, of a span of Junjo's: of each the first of two texts that is there and not empty. */
function putColumns(): void {
  const isJunjos = has(FIRST_COLUMN) || has(FIRST_COLUMN + 4);
  for (let column = FIRST_COLUMN; column < FIRST_COLUMN + 2 * COLUMNS; column += 2) {
    next();
    if (!isJunjos) continue;
    if (endOf(column) > startOf(column)) putText(column);
    else if (endOf(column + 1) > startOf(column + 1)) putText(column + 1);
  }
}

function putWord(word: string): void {
  store<u8>(out++, APOSTROPHE);
  for (let index = 0; index < word.length; index++) store<u8>(out++, <u8>word.charCodeAt(index));
  store<u8>(out++, APOSTROPHE);
}

function numberOf(field: i32): i32 {
  let value = 0;
  for (let place = startOf(field); place < endOf(field); place++) value = value * 10 + load<u8>(place) - 0x30;
  return value;
}

function putNumber(value: i32): void {
  if (value >= 100) store<u8>(out++, <u8>(value / 100) + 0x30);
  if (value >= 10) store<u8>(out++, <u8>((value / 10) % 10) + 0x30);
  store<u8>(out++, <u8>(value % 10) + 0x30);
}
