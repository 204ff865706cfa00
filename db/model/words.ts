/** As `\s` does. */
export function isSpace(code: number): boolean {
  if (code < 128) return code === 32 || (code >= 9 && code <= 13);
  return code === 0xa0 || (code >= 0x1680 && WIDE_SPACES.has(code));
}

const WIDE_SPACES: ReadonlySet<number> = new Set([
  ...[0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000, 0xfeff],
  ...Array.from({ length: 11 }, (_, at) => 0x2000 + at),
]);

const FEWEST_SLOTS = 256;
/** What two texts of together so many characters need is kept for the next two. */
const KEPT_SLOTS = 1 << 16;
/** Of a slot: which texts have the word (0: free), the place behind its last character, its length and its hash. */
const SLOT = 4;
/** A new one for each turn is memory outside of the heap, of which V8 thinks that it must be collected soon. */
const kept = new Int32Array(SLOT * KEPT_SLOTS);

/** The words of two texts, each once: what both have in common, of all there are. */
export function wordJaccard(a: string, b: string): number {
  const words = new WordTable(a, b);
  words.addAll(a, IN_A);
  words.addAll(b, IN_B);
  const union = words.inA + words.inB - words.shared;
  return union === 0 ? 0 : words.shared / union;
}

const IN_A = 1;
const IN_B = 2;

/** Finds words by where they stand, without making strings of them: every turn of every file comes by here. */
class WordTable {
  inA = 0;
  inB = 0;
  shared = 0;
  private readonly slots: Int32Array;

  constructor(
    private readonly a: string,
    private readonly b: string,
  ) {
    let size = FEWEST_SLOTS;
    // A word and the space behind it are two characters at least.
    while (size < a.length + b.length) size *= 2;
    this.slots = size > KEPT_SLOTS ? new Int32Array(SLOT * size) : kept.subarray(0, SLOT * size).fill(0);
  }

  addAll(text: string, side: typeof IN_A | typeof IN_B): void {
    let hash = 0;
    let length = 0;
    for (let at = 0; at <= text.length; at += 1) {
      const code = at === text.length ? 32 : text.charCodeAt(at);
      if (!isSpace(code)) {
        hash = (Math.imul(hash, 31) + code) | 0;
        length += 1;
      } else if (length > 0) {
        this.add(side, { end: at, length, hash });
        hash = 0;
        length = 0;
      }
    }
  }

  private add(side: number, { end, length, hash }: { end: number; length: number; hash: number }): void {
    const { slots } = this;
    const mask = slots.length / SLOT - 1;
    for (let slot = (hash ^ (hash >>> 15)) & mask; ; slot = (slot + 1) & mask) {
      const at = SLOT * slot;
      const sides = slots[at] ?? 0;
      if (sides === 0) {
        slots[at] = side;
        slots[at + 1] = end;
        slots[at + 2] = length;
        slots[at + 3] = hash;
      } else if (slots[at + 2] !== length || slots[at + 3] !== hash || !this.isSame(at, side, end)) continue;
      else if ((sides & side) !== 0) return;
      else {
        slots[at] = sides | side;
        this.shared += 1;
      }
      if (side === IN_A) this.inA += 1;
      else this.inB += 1;
      return;
    }
  }

  /** The word of the slot, and the one that ends there in the text of this side. */
  private isSame(at: number, side: number, end: number): boolean {
    const known = ((this.slots[at] ?? 0) & IN_A) !== 0 ? this.a : this.b;
    const text = side === IN_A ? this.a : this.b;
    const knownEnd = this.slots[at + 1] ?? 0;
    const length = this.slots[at + 2] ?? 0;
    for (let back = 1; back <= length; back += 1)
      if (known.charCodeAt(knownEnd - back) !== text.charCodeAt(end - back)) return false;
    return true;
  }
}
