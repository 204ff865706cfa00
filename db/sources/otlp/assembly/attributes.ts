/**
 * OTLP's lists of `{"key": …, "value": {"stringValue": …}}` as flat objects. JavaScript gets those of spans and events as a list of their
 * values, and behind them their names: by number (`shapes.ts`), or themselves where there are too many.
 */
import { FIRST_COLUMN, keep } from './fields';
import { columnOf, hashOf, isNewKey, newObject } from './keys';
import { NAMES } from './memory';
import { shapeOf } from './shapes';
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
  copyToFlat,
  flat,
  isDigit,
  isWhole,
  next,
  OPEN_ARRAY,
  OPEN_OBJECT,
  put,
  putAscii,
  putFlat,
  putFlatNumber,
  putRow,
  QUOTE,
  readFrom,
  take,
  takeKey,
  writeFlatTo,
} from './text';

/** Deeper is left to JavaScript, which has a limit of its own. */
const DEEPEST = 32;

/** Where the names of the list that is being read end. */
let namesEnd: usize = NAMES;
/** The column that the attribute of the last name is as well; -1: none. */
let column: i32 = -1;

/** `haveColumns`: of a span itself, where some are columns as well. */
export function copyAttributes(haveColumns: bool): bool {
  if (!take(OPEN_ARRAY)) return false;
  putRow(OPEN_OBJECT);
  putFlat(OPEN_ARRAY);
  namesEnd = NAMES;
  const owner = newObject();
  if (!take(CLOSE_ARRAY)) {
    do {
      if (!copyAttribute(owner, haveColumns)) return false;
    } while (copy(COMMA));
    if (!take(CLOSE_ARRAY)) return false;
    putFlat(COMMA);
  }
  putShape();
  putRow(CLOSE_OBJECT);
  putFlat(CLOSE_ARRAY);
  return true;
}

export function putNoAttributes(): void {
  putRow(OPEN_OBJECT);
  putRow(CLOSE_OBJECT);
  putFlat(OPEN_ARRAY);
  namesEnd = NAMES;
  putShape();
  putFlat(CLOSE_ARRAY);
}

function copyAttribute(owner: u32, haveColumns: bool): bool {
  if (!take(OPEN_OBJECT) || !takeKey('key')) return false;
  const values = flat;
  writeFlatTo(namesEnd);
  const isNamed = copyName(owner, haveColumns);
  putFlat(COMMA);
  namesEnd = flat;
  writeFlatTo(values);
  if (!isNamed) return false;
  putRow(COLON);
  if (!take(COMMA) || !takeKey('value')) return false;
  return (column === -1 ? copyValue(0) : copyColumn(column)) && take(CLOSE_OBJECT);
}

function copyName(owner: u32, haveColumns: bool): bool {
  next();
  const from = at + 1;
  // Objects of JavaScript have names of digits first.
  if (isDigit(load<u8>(from)) || !copyString()) return false;
  const length = at - 1 - from;
  const hash = hashOf(from, length);
  column = haveColumns ? columnOf(from, length, hash) : -1;
  return isNewKey(hash, owner);
}

function putShape(): void {
  const number = shapeOf(namesEnd);
  if (number !== -1) {
    putFlatNumber(number);
    return;
  }
  putFlat(OPEN_ARRAY);
  // Behind each name is a comma.
  if (namesEnd > NAMES) copyToFlat(NAMES, namesEnd - 1);
  putFlat(CLOSE_ARRAY);
}

/** Attributes inside of attributes. */
function copyObject(depth: i32): bool {
  if (!take(OPEN_ARRAY)) return false;
  put(OPEN_OBJECT);
  const owner = newObject();
  if (!take(CLOSE_ARRAY)) {
    do {
      if (!take(OPEN_OBJECT) || !takeKey('key') || !copyName(owner, false)) return false;
      put(COLON);
      if (!take(COMMA) || !takeKey('value') || !copyValue(depth) || !take(CLOSE_OBJECT)) return false;
    } while (copy(COMMA));
    if (!take(CLOSE_ARRAY)) return false;
  }
  put(CLOSE_OBJECT);
  return true;
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
  if (takeKey('kvlistValue')) return takeList() && copyObject(depth + 1) && take(CLOSE_OBJECT);
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
