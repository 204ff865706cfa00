import { tagOf, WireError, WireReader } from './wire';

export type Signal = 'traces' | 'logs' | 'metrics' | 'profiles';

/** How a protobuf file holds its requests: one after the other, or each behind its length (four bytes, big-endian, as the Collector's file exporter; or a varint). */
export type Framing = 'none' | 'fixed32' | 'varint';

/** So many bytes were looked at; a field that is longer is believed. */
const WHOLE_HEAD = 65_536;
const RESOURCE = tagOf(1, 2);

/** What a protobuf file holds, and how. */
export interface Framed {
  readonly framing: Framing;
  readonly signal: Signal;
}

/** What a file's first bytes say; undefined when they are no request of OTLP. */
export function framingOf(head: Uint8Array): Framed | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (bytes.length < 4) return undefined;
  return framedAt(bytes, 0, 'none') ?? framedAt(bytes, 4, 'fixed32') ?? behindVarint(bytes);
}

function behindVarint(bytes: Buffer): Framed | undefined {
  try {
    const prefix = new WireReader(bytes);
    return prefix.varint() > 0 ? framedAt(bytes, prefix.at, 'varint') : undefined;
  } catch {
    return undefined;
  }
}

/** The signal of the request that begins here, as far as the bytes go. */
function framedAt(bytes: Buffer, start: number, framing: Framing): Framed | undefined {
  if (bytes[start] !== RESOURCE) return undefined;
  for (const signal of ['traces', 'logs', 'metrics'] as const) {
    try {
      const reader = new Loose(bytes, start, signal);
      if (reader.enter() && reader.isResource()) return { framing, signal };
    } catch (error) {
      if (!(error instanceof WireError || error instanceof RangeError)) throw error;
    }
  }
  return undefined;
}

type Field = readonly [number: number, type: number];

/** Fields of a log record and of a metric by number and wire type, and those of which it has one. */
const FIELDS: Readonly<
  Record<'logs' | 'metrics', { readonly any: readonly Field[]; readonly one: readonly Field[] }>
> = {
  logs: {
    any: [
      [2, 0],
      [3, 2],
      [5, 2],
      [6, 2],
      [7, 0],
      [8, 5],
      [9, 2],
      [10, 2],
      [12, 2],
    ],
    one: [
      [1, 1],
      [11, 1],
    ],
  },
  metrics: {
    any: [
      [1, 2],
      [2, 2],
      [3, 2],
      [12, 2],
    ],
    one: [
      [5, 2],
      [7, 2],
      [9, 2],
      [10, 2],
      [11, 2],
    ],
  },
};

const isOneOf = (fields: readonly Field[], tag: number) =>
  fields.some(([number, type]) => tag === number * 8 + type);

/** Walks into messages whose ends may lie beyond the bytes. */
class Loose {
  private at: number;
  constructor(
    private readonly bytes: Buffer,
    start: number,
    private readonly signal: keyof typeof FIELDS | 'traces',
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

  isResource(): boolean {
    return this.every((field, type, inner) => {
      if (type !== 2) return 'no';
      if (field === 1 || field === 3) return 'on';
      if (field === 1000) return 'on';
      return field === 2 ? inner.isScope() : 'no';
    });
  }

  private isScope(): 'yes' | 'no' | 'on' {
    const found = this.every((field, type, inner) => {
      if (type !== 2) return 'no';
      if (field === 1 || field === 3) return 'on';
      return field === 2 ? inner.isRecord() : 'no';
    });
    return found ? 'yes' : 'no';
  }

  private isRecord(): 'yes' | 'no' {
    if (this.signal === 'traces') return this.isSpan();
    const { any, one } = FIELDS[this.signal];
    let hasOne = false;
    while (this.at < Math.min(this.end, this.bytes.length)) {
      const tag = this.varint();
      if (isOneOf(one, tag)) hasOne = true;
      else if (!isOneOf(any, tag)) return 'no';
      this.pass(tag & 7);
      if (this.at > this.end) return 'no';
    }
    return hasOne ? 'yes' : 'no';
  }

  /** The value of a field. */
  private pass(type: number): void {
    if (type === 1) this.at += 8;
    else if (type === 5) this.at += 4;
    else {
      const value = this.varint();
      if (type === 2) this.at += value;
    }
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
      const inner = new Loose(this.bytes, this.at, this.signal, this.at + length);
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
