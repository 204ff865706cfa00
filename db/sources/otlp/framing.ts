import { tagOf, WireError, WireReader } from './wire';

/** How a protobuf file holds its requests: one after the other, or each behind its length (four bytes, big-endian, as the Collector's file exporter; or a varint). */
export type Framing = 'none' | 'fixed32' | 'varint';

/** So many bytes were looked at; a field that is longer is believed. */
const WHOLE_HEAD = 65_536;
const RESOURCE_SPANS = tagOf(1, 2);

/** What a file's first bytes say; undefined when they are no trace request. */
export function framingOf(head: Uint8Array): Framing | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (bytes.length < 4) return undefined;
  if (isRequest(bytes, 0)) return 'none';
  if (isRequest(bytes, 4)) return 'fixed32';
  try {
    const prefix = new WireReader(bytes);
    const varint = prefix.varint();
    return varint > 0 && isRequest(bytes, prefix.at) ? 'varint' : undefined;
  } catch {
    return undefined;
  }
}

/** True when ResourceSpans begin here, down to a span with ids of their lengths, as far as the bytes go. */
function isRequest(bytes: Buffer, start: number): boolean {
  if (bytes[start] !== RESOURCE_SPANS) return false;
  try {
    const reader = new Loose(bytes, start);
    return reader.enter() && reader.isResourceSpans();
  } catch (error) {
    if (error instanceof WireError || error instanceof RangeError) return false;
    throw error;
  }
}

/** Walks into messages whose ends may lie beyond the bytes. */
class Loose {
  private at: number;
  constructor(
    private readonly bytes: Buffer,
    start: number,
    private readonly end = Number.POSITIVE_INFINITY,
  ) {
    this.at = start;
  }

  /** Past the tag and length of the field here. */
  enter(): boolean {
    this.varint();
    this.varint();
    return true;
  }

  isResourceSpans(): boolean {
    return this.every((field, type, inner) => {
      if (type !== 2) return 'no';
      if (field === 1 || field === 3) return 'on';
      if (field === 1000) return 'on';
      return field === 2 ? inner.isScopeSpans() : 'no';
    });
  }

  private isScopeSpans(): 'yes' | 'no' | 'on' {
    const found = this.every((field, type, inner) => {
      if (type !== 2) return 'no';
      if (field === 1 || field === 3) return 'on';
      return field === 2 ? inner.isSpan() : 'no';
    });
    return found ? 'yes' : 'no';
  }

  private isSpan(): 'yes' | 'no' {
    const tag = this.varint();
    const length = this.varint();
    if (tag !== tagOf(1, 2) || length !== 16) return 'no';
    this.at += length;
    if (this.at >= this.bytes.length) return 'yes';
    return this.varint() === tagOf(2, 2) && this.varint() === 8 ? 'yes' : 'no';
  }

  /** Until one field says yes or no; with none of them, what there is must at least be whole fields. */
  private every(look: (field: number, type: number, inner: Loose) => 'yes' | 'no' | 'on'): boolean {
    while (this.at < Math.min(this.end, this.bytes.length)) {
      const tag = this.varint();
      const type = tag & 7;
      if (type !== 2) return false;
      const length = this.varint();
      const inner = new Loose(this.bytes, this.at, this.at + length);
      const answer = look(tag >>> 3, type, inner);
      if (answer !== 'on') return answer === 'yes';
      this.at += length;
      if (this.at > this.end) return false;
    }
    return this.at > this.bytes.length && this.bytes.length >= WHOLE_HEAD;
  }

  private varint(): number {
    const reader = new WireReader(this.bytes, this.at);
    const value = reader.varint();
    this.at = reader.at;
    return value;
  }
}
