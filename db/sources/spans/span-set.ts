/** Which spans were seen, in 16 bytes a span: a million of them are no burden. Told apart by 64 bits of both ids together. */
export class SpanSet {
  private slots = new Uint32Array(2 * 1024);
  size = 0;

  /** False when it was there. */
  add(traceId: string, spanId: string): boolean {
    const [high, low] = hashOf(traceId, spanId);
    const at = this.placeOf(high, low);
    if (this.slots[at] !== 0 || this.slots[at + 1] !== 0) return false;
    this.slots[at] = high;
    this.slots[at + 1] = low;
    this.size += 1;
    if (4 * this.size > this.slots.length) this.grow();
    return true;
  }

  has(traceId: string, spanId: string): boolean {
    const [high, low] = hashOf(traceId, spanId);
    const at = this.placeOf(high, low);
    return this.slots[at] !== 0 || this.slots[at + 1] !== 0;
  }

  private placeOf(high: number, low: number): number {
    const { slots } = this;
    const mask = slots.length / 2 - 1;
    let slot = low & mask;
    for (;;) {
      const at = 2 * slot;
      const isFree = slots[at] === 0 && slots[at + 1] === 0;
      if (isFree || (slots[at] === high && slots[at + 1] === low)) return at;
      slot = (slot + 1) & mask;
    }
  }

  private grow(): void {
    const old = this.slots;
    this.slots = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 2) {
      const high = old[at] ?? 0;
      const low = old[at + 1] ?? 0;
      if (high === 0 && low === 0) continue;
      const to = this.placeOf(high, low);
      this.slots[to] = high;
      this.slots[to + 1] = low;
    }
  }
}

function hashOf(traceId: string, spanId: string): readonly [high: number, low: number] {
  let high = 0x811c9dc5;
  let low = 0x9e3779b9;
  for (const text of [traceId, spanId]) {
    for (let at = 0; at < text.length; at += 1) {
      const code = text.charCodeAt(at);
      high = Math.imul(high ^ code, 0x01000193);
      low = Math.imul(low ^ code, 0x85ebca6b);
      low ^= low >>> 13;
    }
    high = Math.imul(high ^ 0xff, 0x01000193);
  }
  high ^= high >>> 15;
  // Nothing hashes to the free slot.
  return [high >>> 0, low >>> 0 || 1];
}
