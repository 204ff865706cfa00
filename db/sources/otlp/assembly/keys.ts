import { COLUMN_NAMES, KEYS } from './memory';

/** A prime: its product spreads the bits of a name upwards. */
const SPREAD: u64 = 0x9e3779b1;

export function hashOf(from: usize, length: usize): u32 {
  let hash: u64 = length;
  const end = from + length;
  for (; from + 8 <= end; from += 8) {
    hash = (hash ^ load<u64>(from)) * SPREAD;
    hash ^= hash >> 29;
  }
  for (; from < end; from++) hash = (hash ^ load<u8>(from)) * SPREAD;
  return <u32>(hash ^ (hash >> 32));
}

/** A name: {hash, length, place of its column}, then its text, which has 52 bytes at most. */
const NAME_BYTES: usize = 64;
let names: usize = 0;

/** JavaScript says, before anything is read, that the attribute whose name lies at `from` is a column as well. */
export function addColumn(from: usize, length: usize, column: u32): void {
  const place = COLUMN_NAMES + names * NAME_BYTES;
  store<u32>(place, hashOf(from, length));
  store<u32>(place + 4, <u32>length);
  store<u32>(place + 8, column);
  memory.copy(place + 12, from, length);
  names++;
}

/** -1: the attribute is no column. */
export function columnOf(from: usize, length: usize, hash: u32): i32 {
  for (let index: usize = 0; index < names; index++) {
    const place = COLUMN_NAMES + index * NAME_BYTES;
    if (load<u32>(place) !== hash || load<u32>(place + 4) !== <u32>length) continue;
    if (memory.compare(place + 12, from, length) === 0) return load<u32>(place + 8);
  }
  return -1;
}

/** Keys of the objects of a span by hash: {hash, number of the object}. Those of the spans before are free places. */
const PLACES: u32 = 8192;
const MOST_KEYS: u32 = 4096;
let keys: u32 = 0;
let object: u32 = 1;
let firstObject: u32 = 1;

export function forgetKeys(): void {
  keys = 0;
  firstObject = object + 1;
}

export function newObject(): u32 {
  return ++object;
}

/** False: the object has it already (or one of the same hash), or there are too many. */
export function isNewKey(hash: u32, owner: u32): bool {
  if (++keys > MOST_KEYS) return false;
  let place = hash & (PLACES - 1);
  while (true) {
    const address: usize = KEYS + place * 8;
    const holder = load<u32>(address + 4);
    if (holder < firstObject) {
      store<u32>(address, hash);
      store<u32>(address + 4, owner);
      return true;
    }
    if (holder === owner && load<u32>(address) === hash) return false;
    place = (place + 1) & (PLACES - 1);
  }
}
