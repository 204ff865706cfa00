/**
 * A span of OTLP JSON in one pass over its bytes → its line of the table `spans`, and the same span as JSON with its attributes flat, for
 * JavaScript. What is not plain is left to JavaScript: whatever it would write otherwise than it stands. So both say the same.
 */
import { copyAttributes, putNoAttributes } from './attributes';
import {
  ATTRIBUTES,
  END,
  EVENT_LIST,
  EVENTS,
  FLAGS,
  forgetFields,
  has,
  KIND,
  keep,
  MESSAGE,
  NAME,
  NO_PARENT,
  PARENT_ID,
  SPAN_ID,
  START,
  STATE,
  STATUS,
  STATUS_OBJECT,
  TRACE_ID,
} from './fields';
import { forgetKeys } from './keys';
import { ATTRIBUTES as ATTRIBUTES_PLACE, EVENTS as EVENTS_PLACE, ROW } from './memory';
import { writeRow } from './row';
import {
  at,
  begin,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COMMA,
  copy,
  copyCount,
  copyKey,
  copyString,
  doubts,
  flat,
  isDigit,
  isWhole,
  next,
  OPEN_ARRAY,
  OPEN_OBJECT,
  putAscii,
  QUOTE,
  readFrom,
  row,
  take,
  takeKey,
  wide,
  writeFlatTo,
  writeRowTo,
} from './text';

export { addColumn } from './keys';
export { DOUBTS, FLAT, INPUT, INPUT_ROOM, ROW, SERVICE, SERVICE_ROOM, SHAPES } from './memory';
export { setService } from './row';
export { shapes } from './shapes';
export { doubts, flat, wide };

/** Where the row of the span ends. */
export let rowEnd: usize = 0;

/** The span that begins at this place of the input. Where it ends; 0: it is not plain, or does not end in the input. */
export function readSpan(from: usize): usize {
  begin(from);
  forgetKeys();
  forgetFields();
  if (!copy(OPEN_OBJECT)) return 0;
  do {
    // What only JavaScript gets is also written where the row will be.
    writeRowTo(ROW);
    if (!copyMember()) return 0;
  } while (copy(COMMA));
  if (!copy(CLOSE_OBJECT)) return 0;
  if (!has(TRACE_ID) || !has(SPAN_ID) || !has(NAME) || !has(START) || !has(END)) return 0;
  rowEnd = writeRow();
  return at;
}

function copyMember(): bool {
  if (copyKey('traceId')) return copyId(TRACE_ID, 32);
  if (copyKey('spanId')) return copyId(SPAN_ID, 16);
  if (copyKey('parentSpanId')) return copyParent();
  if (copyKey('name')) return copyText(NAME);
  if (copyKey('kind')) return copyNumber(KIND);
  if (copyKey('startTimeUnixNano')) return copyTime(START);
  if (copyKey('endTimeUnixNano')) return copyTime(END);
  if (copyKey('attributes')) return copyOwnAttributes();
  if (copyKey('events')) return copyEvents();
  if (copyKey('status')) return copyStatus();
  if (copyKey('links')) return copy(OPEN_ARRAY) && copy(CLOSE_ARRAY);
  if (copyKey('flags')) return copyNumber(FLAGS);
  if (copyKey('traceState')) return copyText(STATE);
  if (copyKey('droppedAttributesCount')) return copyCount();
  if (copyKey('droppedEventsCount')) return copyCount();
  if (copyKey('droppedLinksCount')) return copyCount();
  return false;
}

/** In hex, which becomes lower case where it lies. All zeros are none. */
function copyId(field: i32, digits: usize): bool {
  if (next() !== QUOTE) return false;
  const from = at + 1;
  let isZero = true;
  for (let place = from; place < from + digits; place++) {
    const byte = load<u8>(place);
    if (byte >= 0x41 && byte <= 0x46) store<u8>(place, byte + 0x20);
    else if (!isDigit(byte) && (byte < 0x61 || byte > 0x66)) return false;
    if (byte !== 0x30) isZero = false;
  }
  return !isZero && load<u8>(from + digits) === QUOTE && copyString() && keep(field, from, at - 1);
}

/** Recorders write an empty one for a span that stands at the top. */
function copyParent(): bool {
  if (has(PARENT_ID) || has(NO_PARENT) || next() !== QUOTE) return false;
  if (load<u8>(at + 1) !== QUOTE) return copyId(PARENT_ID, 16);
  return copyString() && keep(NO_PARENT, at, at);
}

function copyText(field: i32): bool {
  next();
  const from = at + 1;
  return copyString() && keep(field, from, at - 1);
}

function copyNumber(field: i32): bool {
  next();
  const from = at;
  return copyCount() && keep(field, from, at);
}

/** Nanoseconds in digits, of a time whose microseconds are a plain cut: from 1973 to 2255. */
function copyTime(field: i32): bool {
  next();
  const from = at + 1;
  return copyString() && isTime(from, at - 1) && keep(field, from, at - 1);
}

function isTime(from: usize, to: usize): bool {
  const digits = to - from;
  const first = load<u8>(from);
  return (digits === 18 || digits === 19) && first !== 0x30 && first !== 0x39 && isWhole(from, to);
}

function copyOwnAttributes(): bool {
  writeRowTo(ATTRIBUTES_PLACE);
  return copyAttributes(true) && keep(ATTRIBUTES, ATTRIBUTES_PLACE, row);
}

function copyStatus(): bool {
  if (!keep(STATUS_OBJECT, at, at) || !copy(OPEN_OBJECT)) return false;
  if (copy(CLOSE_OBJECT)) return true;
  do {
    if (copyKey('code')) {
      if (!copyNumber(STATUS)) return false;
    } else if (!copyKey('message') || !copyText(MESSAGE)) return false;
  } while (copy(COMMA));
  return copy(CLOSE_OBJECT);
}

function copyEvents(): bool {
  writeRowTo(EVENTS_PLACE);
  if (!keep(EVENT_LIST, at, at) || !copy(OPEN_ARRAY)) return false;
  if (copy(CLOSE_ARRAY)) return true;
  do {
    if (!copyEvent()) return false;
  } while (copy(COMMA));
  return copy(CLOSE_ARRAY) && keep(EVENTS, EVENTS_PLACE, row);
}

/** Of an event, until both are known. */
let eventName: usize = 0;
let eventTime: usize = 0;

/** Its name and time, in either order, then its attributes, if any. */
function copyEvent(): bool {
  if (!copy(OPEN_OBJECT)) return false;
  eventName = 0;
  eventTime = 0;
  if (!takeEventMember() || !take(COMMA) || !takeEventMember()) return false;
  const behind = at;
  putAscii('"name":');
  readFrom(eventName);
  copyString();
  putAscii(',"timeUnixNano":');
  readFrom(eventTime);
  copyString();
  putAscii(',"attributes":');
  readFrom(behind);
  if (take(COMMA)) {
    if (!takeKey('attributes') || !copyAttributes(false)) return false;
    if (take(COMMA) && (!takeKey('droppedAttributesCount') || !passCount())) return false;
  } else putNoAttributes();
  return copy(CLOSE_OBJECT);
}

/** Past the name or the time. */
function takeEventMember(): bool {
  const rowBefore = row;
  const flatBefore = flat;
  if (eventName === 0 && takeKey('name')) {
    next();
    eventName = at;
    if (!copyString()) return false;
  } else if (eventTime === 0 && takeKey('timeUnixNano')) {
    next();
    eventTime = at;
    if (!copyString() || !isTime(eventTime + 1, at - 1)) return false;
  } else return false;
  writeRowTo(rowBefore);
  writeFlatTo(flatBefore);
  return true;
}

/** Nobody asks for it. */
function passCount(): bool {
  const rowBefore = row;
  const flatBefore = flat;
  const isCount = copyCount();
  writeRowTo(rowBefore);
  writeFlatTo(flatBefore);
  return isCount;
}
