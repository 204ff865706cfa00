/** The file ended inside of what was asked for. */
export class FeedEnded extends Error {}

/** Bytes of a file as they are asked for, from blocks as they come. */
export class ByteFeed {
  private bytes: Buffer = Buffer.alloc(0);
  private from = 0;
  /** Bytes of the file before `bytes`. */
  private before = 0;

  constructor(
    private readonly blocks: AsyncIterator<Buffer>,
    /** Before each further block. */
    private readonly onBlock: () => Promise<void>,
  ) {}

  get offset(): number {
    return this.before + this.from;
  }

  async isAtEnd(): Promise<boolean> {
    return this.from >= this.bytes.length && !(await this.more(1));
  }

  /** True when so many bytes can be taken at once. */
  has(length: number): boolean {
    return this.bytes.length - this.from >= length;
  }

  /** Makes that true, or throws. */
  async need(length: number): Promise<void> {
    if (!this.has(length) && !(await this.more(length))) throw new FeedEnded();
  }

  take(length: number): Buffer {
    const part = this.bytes.subarray(this.from, this.from + length);
    this.from += length;
    return part;
  }

  async skip(length: number): Promise<void> {
    let left = length;
    while (!this.has(left)) {
      left -= this.bytes.length - this.from;
      this.from = this.bytes.length;
      if (!(await this.more(1))) throw new FeedEnded();
    }
    this.from += left;
  }

  async varint(): Promise<number> {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      if (!this.has(1)) await this.need(1);
      const byte = this.bytes[this.from++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    return Number.POSITIVE_INFINITY;
  }

  private async more(length: number): Promise<boolean> {
    const parts = [this.bytes.subarray(this.from)];
    let have = parts[0]?.length ?? 0;
    while (have < length) {
      await this.onBlock();
      const next = await this.blocks.next();
      if (next.done === true) break;
      parts.push(next.value);
      have += next.value.length;
    }
    this.before += this.from;
    this.bytes = parts.length === 1 ? (parts[0] ?? this.bytes) : Buffer.concat(parts);
    this.from = 0;
    return have >= length;
  }
}
