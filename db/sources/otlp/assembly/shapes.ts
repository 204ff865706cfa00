/**
 * Spans of one sort have attributes of the same names. JavaScript gets each list of names once and its number from then on: most of what it
 * would read otherwise are names.
 */
import { hashOf } from './keys';
import { MOST_SHAPES, NAMES, SHAPE_NUMBERS, SHAPE_TEXTS, SHAPE_TEXTS_ROOM, SHAPES } from './memory';

/** How many lists are known. */
export let shapes: u32 = 0;
let texts: usize = SHAPE_TEXTS;

/** The number of the list of names that ends here; -1: there are too many. */
export function shapeOf(end: usize): i32 {
  const length = end - NAMES;
  const hash = hashOf(NAMES, length);
  let place = hash & (2 * MOST_SHAPES - 1);
  while (true) {
    const address: usize = SHAPE_NUMBERS + 8 * place;
    const number = load<u32>(address + 4);
    if (number === 0) return keepShape(address, hash, length);
    if (load<u32>(address) === hash && isShape(number - 1, length)) return number - 1;
    place = (place + 1) & (2 * MOST_SHAPES - 1);
  }
}

function isShape(number: u32, length: usize): bool {
  const from: usize = load<u32>(SHAPES + 8 * number);
  const to: usize = load<u32>(SHAPES + 8 * number + 4);
  return to - from === length && memory.compare(from, NAMES, length) === 0;
}

function keepShape(address: usize, hash: u32, length: usize): i32 {
  if (shapes === MOST_SHAPES || texts + length > SHAPE_TEXTS + SHAPE_TEXTS_ROOM) return -1;
  memory.copy(texts, NAMES, length);
  store<u32>(address, hash);
  store<u32>(address + 4, shapes + 1);
  store<u32>(SHAPES + 8 * shapes, <u32>texts);
  texts += length;
  store<u32>(SHAPES + 8 * shapes + 4, <u32>texts);
  return shapes++;
}
