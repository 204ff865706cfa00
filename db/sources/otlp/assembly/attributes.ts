/** OTLP's lists of `{"key": …, "value": {"stringValue": …}}` as flat objects. */
import { FIRST_COLUMN, keep } from './fields';
import { columnOf, hashOf, isNewKey, newObject } from './keys';
import {
  at,
  CLOSE_ARRAY,
  CLOSE_OBJECT,
  COLON,
  COMMA,
  copy,
  copyBoolean,
  copyNumber,
  copyString,
  isDigit,
  isWhole,
  next,
  OPEN_ARRAY,
  OPEN_OBJECT,
  put,
  putAscii,
  QUOTE,
  readFrom,
  take,
  takeKey,
} from './text';

/** Deeper is left to JavaScript, which has a limit of its own. */
const DEEPEST = 32;

/** Attributes of a span itself: some are columns as well. */
export function copySpanAttributes(): bool {
  return copyAttributes(true, 0);
}

export function copyEventAttributes(): bool {
  return copyAttributes(false, 0);
}

function copyAttributes(haveColumns: bool, depth: i32): bool {
  if (!take(OPEN_ARRAY)) return false;
  put(OPEN_OBJECT);
  const owner = newObject();
  if (!take(CLOSE_ARRAY)) {
    do {
      if (!copyAttribute(owner, haveColumns, depth)) return false;
    } while (copy(COMMA));
    if (!take(CLOSE_ARRAY)) return false;
  }
  put(CLOSE_OBJECT);
  return true;
}

function copyAttribute(owner: u32, haveColumns: bool, depth: i32): bool {
  if (!take(OPEN_OBJECT) || !takeKey('key')) return false;
  next();
  const from = at + 1;
  // Objects of JavaScript have names of digits first.
  if (isDigit(load<u8>(from)) || !copyString()) return false;
  const length = at - 1 - from;
  const hash = hashOf(from, length);
  if (!isNewKey(hash, owner)) return false;
  put(COLON);
  if (!take(COMMA) || !takeKey('value')) return false;
  const column = haveColumns ? columnOf(from, length, hash) : -1;
  return (column === -1 ? copyValue(depth) : copyColumn(column)) && take(CLOSE_OBJECT);
}

/** Only a text. */
function copyColumn(column: i32): bool {
  if (!take(OPEN_OBJECT) || !takeKey('stringValue')) return false;
  next();
  const from = at + 1;
  return copyString() && keep(FIRST_COLUMN + column, from, at - 1) && take(CLOSE_OBJECT);
}

/** Of one kind, or of none, which is null. */
function copyValue(depth: i32): bool {
  if (!take(OPEN_OBJECT)) return false;
  if (take(CLOSE_OBJECT)) {
    putAscii('null');
    return true;
  }
  return copyKind(depth) && take(CLOSE_OBJECT);
}

function copyKind(depth: i32): bool {
  if (takeKey('stringValue')) return copyString();
  if (takeKey('intValue')) return copyInteger();
  if (takeKey('boolValue')) return copyBoolean();
  if (takeKey('doubleValue')) {
    next();
    return copyNumber();
  }
  if (depth === DEEPEST) return false;
  if (takeKey('arrayValue')) return takeList() && copyList(depth + 1) && take(CLOSE_OBJECT);
  if (takeKey('kvlistValue')) return takeList() && copyAttributes(false, depth + 1) && take(CLOSE_OBJECT);
  return false;
}

function takeList(): bool {
  return take(OPEN_OBJECT) && takeKey('values');
}

function copyList(depth: i32): bool {
  if (!copy(OPEN_ARRAY)) return false;
  if (copy(CLOSE_ARRAY)) return true;
  do {
    if (!copyValue(depth)) return false;
  } while (copy(COMMA));
  return copy(CLOSE_ARRAY);
}

/** A whole number, mostly as a text, which becomes a number. */
function copyInteger(): bool {
  if (next() !== QUOTE) return copyNumber();
  const from = at + 1;
  readFrom(from);
  if (!copyNumber()) return false;
  const digits = load<u8>(from) === 0x2d ? from + 1 : from;
  return isWhole(digits, at) && load<u8>(at) === QUOTE && take(QUOTE);
}
