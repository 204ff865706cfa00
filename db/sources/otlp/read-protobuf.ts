import { bytesOf, type DocumentFile, type DocumentRows } from '../documents';
import type { SpanCollector } from '../spans';
import { ByteFeed, FeedEnded } from './byte-feed';
import type { Framing } from './framing';
import { noResource, type Resource } from './json-span';
import { protobufResource, protobufSpan } from './protobuf-span';
import { tagOf, WireError, WireReader } from './wire';

/** A longer one is passed over, located. */
const LONGEST_BYTES = 160_000_000;

const RESOURCE = tagOf(1, 2);
const INNER = tagOf(2, 2);

/** What is done with the file's records: its spans, or its log records. */
interface RecordTaker {
  readonly framing: Framing;
  /** What they are called where one cannot be read. */
  readonly noun: string;
  take(reader: WireReader, place: { readonly at: string; readonly resource: Resource }): void;
  afterBlock?(): void;
}

/** Reads requests of any size span by span. What is whole before a break is kept; of framed files each frame stands for itself. */
export async function readProtobuf(
  file: DocumentFile,
  rows: DocumentRows,
  { collector, framing }: { readonly collector: SpanCollector; readonly framing: Framing },
): Promise<void> {
  await eachProtobufRecord(file, rows, {
    framing,
    noun: 'span',
    take(reader, { at, resource }) {
      const span = protobufSpan(reader, resource);
      if (span === undefined) rows.skip(at, 'A span without a trace id or a span id.');
      else collector.add(span, at, reader.bytes.length);
    },
    afterBlock: () => collector.endBlock(),
  });
}

export async function eachProtobufRecord(
  file: DocumentFile,
  rows: Pick<DocumentRows, 'skip' | 'flushWhenFull'>,
  taker: RecordTaker,
): Promise<void> {
  const blocks = bytesOf(file.path, file.signal, { passed: (bytes) => file.passed(bytes) });
  const feed = new ByteFeed(blocks, async () => {
    taker.afterBlock?.();
    await rows.flushWhenFull();
  });
  try {
    await new ProtobufFile(feed, rows, taker).read();
  } catch (error) {
    if (error instanceof FeedEnded)
      rows.skip(`byte ${feed.offset}`, `The file breaks off in the middle of a ${taker.noun}.`);
    else if (error instanceof WireError)
      rows.skip(`byte ${feed.offset}`, 'The file is no protobuf of OTLP from here on.');
    else throw error;
  } finally {
    await blocks.return();
  }
}

class ProtobufFile {
  constructor(
    private readonly feed: ByteFeed,
    private readonly rows: Pick<DocumentRows, 'skip'>,
    private readonly taker: RecordTaker,
  ) {}

  async read(): Promise<void> {
    const {
      feed,
      taker: { framing },
    } = this;
    if (framing === 'none') {
      await this.readRequest(Number.POSITIVE_INFINITY);
      return;
    }
    while (!(await feed.isAtEnd())) {
      const length = framing === 'varint' ? await feed.varint() : await this.fixedLength();
      const end = feed.offset + length;
      try {
        await this.readRequest(end);
      } catch (error) {
        if (!(error instanceof WireError) || !Number.isSafeInteger(end) || end < feed.offset) throw error;
        this.rows.skip(`byte ${feed.offset}`, 'A request is no protobuf of OTLP.');
        await feed.skip(end - feed.offset);
      }
    }
  }

  private async fixedLength(): Promise<number> {
    await this.feed.need(4);
    return this.feed.take(4).readUInt32BE(0);
  }

  private async readRequest(end: number): Promise<void> {
    const { feed } = this;
    while (feed.offset < end && !(end === Number.POSITIVE_INFINITY && (await feed.isAtEnd()))) {
      const { tag, length } = await this.field(end);
      if (tag === RESOURCE) await this.readResource(feed.offset + length);
      else await feed.skip(length);
    }
  }

  private async readResource(end: number): Promise<void> {
    const { feed } = this;
    let resource = noResource;
    while (feed.offset < end) {
      const { tag, length } = await this.field(end);
      if (tag === RESOURCE) resource = protobufResource(await this.message(length));
      else if (tag === INNER) await this.readScope(feed.offset + length, resource);
      else await feed.skip(length);
    }
  }

  private async readScope(end: number, resource: Resource): Promise<void> {
    const { feed, rows, taker } = this;
    while (feed.offset < end) {
      const { tag, length } = await this.field(end);
      if (tag !== INNER) await feed.skip(length);
      else if (length > LONGEST_BYTES) {
        rows.skip(`byte ${feed.offset}`, `A ${taker.noun} is longer than ${LONGEST_BYTES / 1_000_000} MB.`);
        await feed.skip(length);
      } else {
        const at = feed.offset;
        if (!feed.has(length)) await feed.need(length);
        this.take(feed.take(length), { at, resource });
      }
    }
  }

  private take(bytes: Buffer, { at, resource }: { at: number; resource: Resource }): void {
    try {
      this.taker.take(new WireReader(bytes), { at: `byte ${at}`, resource });
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.rows.skip(`byte ${at}`, `A ${this.taker.noun} is no protobuf of OTLP: ${error.message}`);
    }
  }

  /** Tag and length of the next field; fields without a length are passed over with length 0. */
  private async field(end: number): Promise<{ tag: number; length: number }> {
    const { feed } = this;
    const tag = await feed.varint();
    const type = tag % 8;
    let length = 0;
    if (type === 0) await feed.varint();
    else if (type === 1) length = 8;
    else if (type === 5) length = 4;
    else if (type === 2) length = await feed.varint();
    else throw new WireError('A field has an unknown wire type.');
    if (!(feed.offset + length <= end)) throw new WireError('A field is longer than its message.');
    if (type !== 2 || Number.isSafeInteger(length)) return { tag, length };
    throw new WireError('A field has no length.');
  }

  private async message(length: number): Promise<WireReader> {
    if (length > LONGEST_BYTES) throw new WireError('A resource is too long.');
    await this.feed.need(length);
    return new WireReader(this.feed.take(length));
  }
}
