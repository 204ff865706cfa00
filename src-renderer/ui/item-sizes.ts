/** Heights of items that are only known once drawn: measured where seen, estimated elsewhere, with the offset of each. */
export class ItemSizes {
  #sizes: Float64Array;
  #offsets: Float64Array;
  #valid = 0;
  readonly #count: number;

  constructor(count: number, estimate: (index: number) => number, before?: ItemSizes) {
    this.#count = count;
    this.#sizes = new Float64Array(count);
    this.#offsets = new Float64Array(count + 1);
    for (let index = 0; index < count; index += 1) {
      this.#sizes[index] = before?.measured.has(index) === true ? before.sizeOf(index) : estimate(index);
    }
    for (const index of before?.measured ?? []) if (index < count) this.measured.add(index);
  }

  readonly measured = new Set<number>();

  get count(): number {
    return this.#count;
  }

  sizeOf(index: number): number {
    return this.#sizes[index] ?? 0;
  }

  /** True when it changed anything. */
  measure(index: number, size: number): boolean {
    if (index >= this.#count) return false;
    this.measured.add(index);
    if (Math.abs(this.sizeOf(index) - size) < 0.5) return false;
    this.#sizes[index] = size;
    this.#valid = Math.min(this.#valid, index);
    return true;
  }

  offsetOf(index: number): number {
    const to = Math.min(index, this.#count);
    for (let at = this.#valid; at < to; at += 1) {
      this.#offsets[at + 1] = (this.#offsets[at] ?? 0) + (this.#sizes[at] ?? 0);
    }
    this.#valid = Math.max(this.#valid, to);
    return this.#offsets[to] ?? 0;
  }

  get total(): number {
    return this.offsetOf(this.#count);
  }

  /** The item at a position: the last one that starts at or before it. */
  indexAt(position: number): number {
    if (this.#count === 0) return 0;
    this.offsetOf(this.#count);
    let low = 0;
    let high = this.#count - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.offsetOf(middle) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
