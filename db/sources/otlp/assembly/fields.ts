/** Where the values of the span that is being read lie in the input (the inside of a string), until its row is written. */
import { FIELDS } from './memory';

export const TRACE_ID = 0;
export const SPAN_ID = 1;
export const PARENT_ID = 2;
export const NAME = 3;
export const KIND = 4;
export const START = 5;
export const END = 6;
export const STATUS = 7;
export const MESSAGE = 8;
export const ATTRIBUTES = 9;
export const EVENTS = 10;
export const FLAGS = 11;
export const STATE = 12;
/** Of these only that they were there. */
export const STATUS_OBJECT = 13;
export const NO_PARENT = 14;
export const EVENT_LIST = 15;
/** Attributes that are columns as well: two that may be each column. */
export const FIRST_COLUMN = 16;
export const COLUMNS = 7;

const ALL = FIRST_COLUMN + 2 * COLUMNS;

export function forgetFields(): void {
  memory.fill(FIELDS, 0, ALL * 8);
}

/** False: it is there already. */
export function keep(field: i32, from: usize, to: usize): bool {
  if (has(field)) return false;
  store<u32>(FIELDS + field * 8, <u32>from);
  store<u32>(FIELDS + field * 8 + 4, <u32>to);
  return true;
}

export function has(field: i32): bool {
  return load<u32>(FIELDS + field * 8) !== 0;
}

export function startOf(field: i32): usize {
  return load<u32>(FIELDS + field * 8);
}

export function endOf(field: i32): usize {
  return load<u32>(FIELDS + field * 8 + 4);
}
