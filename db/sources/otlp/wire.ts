/** Protocol Buffers' wire format, as far as OTLP uses it. Reading past the end or a varint that does not end throws WireError. */
export class WireError extends Error {}

export class WireReader {
  at: number;

  constructor(
    readonly bytes: Buffer,
    start = 0,
    readonly end = bytes.length,
  ) {
    this.at = start;
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** Field number and wire type. */
  tag(): number {
    return this.varint();
  }

  /** An unsigned varint as a number; exact below 2^53. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < 10; count += 1) {
      if (this.at >= this.end) throw new WireError('The message ends in a number.');
      const byte = this.bytes[this.at++] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw new WireError('A number is longer than 64 bits.');
  }

  /** A signed 64-bit varint: a number where it is exact. */
  int64(): number | bigint {
    let value = 0n;
    const from = this.at;
    const small = this.varint();
    if (small <= Number.MAX_SAFE_INTEGER) return small;
    for (let at = this.at - 1; at >= from; at -= 1)
      value = (value << 7n) | BigInt((this.bytes[at] ?? 0) & 0x7f);
    const signed = BigInt.asIntN(64, value);
    const number = Number(signed);
    return Number.isSafeInteger(number) ? number : signed;
  }

  fixed64(): bigint {
    return this.bytes.readBigUInt64LE(this.take(8));
  }

  fixed32(): number {
    return this.bytes.readUInt32LE(this.take(4));
  }

  double(): number {
    return this.bytes.readDoubleLE(this.take(8));
  }

  text(): string {
    const length = this.varint();
    const from = this.take(length);
    return this.bytes.toString('utf8', from, from + length);
  }

  hex(): string {
    const length = this.varint();
    const from = this.take(length);
    return this.bytes.toString('hex', from, from + length);
  }

  base64(): string {
    const length = this.varint();
    const from = this.take(length);
    return this.bytes.toString('base64', from, from + length);
  }

  /** What is inside of a field with a length. */
  message(): WireReader {
    const length = this.varint();
    const from = this.take(length);
    return new WireReader(this.bytes, from, from + length);
  }

  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        this.take(8);
        return;
      case 2:
        this.take(this.varint());
        return;
      case 5:
        this.take(4);
        return;
      default:
        throw new WireError(`A field has the unknown wire type ${tag & 7}.`);
    }
  }

  private take(length: number): number {
    const from = this.at;
    if (length > this.end - from) throw new WireError('A field is longer than its message.');
    this.at = from + length;
    return from;
  }
}

/** Tag of a field with this number and wire type. */
export function tagOf(field: number, type: 0 | 1 | 2 | 5): number {
  return field * 8 + type;
}
