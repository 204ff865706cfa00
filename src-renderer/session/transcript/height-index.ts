/** Heights of a long list as prefix sums (a Fenwick tree): a change, a position and a search cost log n. */
export class HeightIndex {
  readonly #heights: Float64Array;
  readonly #hidden: Uint8Array;
  readonly #tree: Float64Array;

  constructor(
    readonly count: number,
    estimate: number,
    /** A shorter or longer list that this one goes on from: what was measured and hidden there stays. */
    before?: HeightIndex,
  ) {
    this.#heights = new Float64Array(count).fill(estimate);
    this.#hidden = new Uint8Array(count);
    if (before !== undefined) {
      this.#heights.set(before.#heights.subarray(0, count));
      this.#hidden.set(before.#hidden.subarray(0, count));
    }
    this.#tree = new Float64Array(count + 1);
    this.#rebuild();
  }

  get total(): number {
    return this.offsetOf(this.count);
  }

  /** Height of what stands before an item. */
  offsetOf(index: number): number {
    let sum = 0;
    for (let at = Math.min(index, this.count); at > 0; at -= at & -at) sum += this.#tree[at] ?? 0;
    return sum;
  }

  isHidden(index: number): boolean {
    return this.#hidden[index] === 1;
  }

  /** The shown item at a distance from the top. */
  at(offset: number): number {
    let index = 0;
    let left = Math.max(0, offset);
    for (let step = 2 ** Math.floor(Math.log2(Math.max(1, this.count))); step > 0; step >>= 1) {
      const next = index + step;
      const size = this.#tree[next];
      if (next <= this.count && size !== undefined && size <= left) {
        index = next;
        left -= size;
      }
    }
    return Math.max(0, Math.min(index, this.count - 1));
  }

  /** The next shown item after this one, or `count`. */
  after(index: number): number {
    let next = index + 1;
    while (next < this.count && this.#hidden[next] === 1) next += 1;
    return next;
  }

  before(index: number): number {
    let next = index - 1;
    while (next >= 0 && this.#hidden[next] === 1) next -= 1;
    return next;
  }

  /** True when it changed something. */
  measure(index: number, height: number): boolean {
    const known = this.#heights[index];
    if (known === undefined || Math.abs(known - height) < 0.5) return false;
    this.#heights[index] = height;
    if (this.#hidden[index] === 0) this.#add(index, height - known);
    return true;
  }

  /** Hidden items have no height and are passed over. */
  setHidden(first: number, length: number, hidden: boolean): void {
    this.setAllHidden([{ first, length }], hidden);
  }

  setAllHidden(runs: readonly { readonly first: number; readonly length: number }[], hidden: boolean): void {
    for (const { first, length } of runs)
      this.#hidden.fill(hidden ? 1 : 0, first, Math.min(this.count, first + length));
    this.#rebuild();
  }

  #add(index: number, delta: number): void {
    for (let at = index + 1; at <= this.count; at += at & -at) this.#tree[at] = (this.#tree[at] ?? 0) + delta;
  }

  #rebuild(): void {
    this.#tree.fill(0);
    for (let at = 1; at <= this.count; at += 1) {
      const own = this.#hidden[at - 1] === 1 ? 0 : (this.#heights[at - 1] ?? 0);
      this.#tree[at] = (this.#tree[at] ?? 0) + own;
      const parent = at + (at & -at);
      if (parent <= this.count) this.#tree[parent] = (this.#tree[parent] ?? 0) + (this.#tree[at] ?? 0);
    }
  }
}
