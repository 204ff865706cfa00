/** The spans of a block of a file on their way from the thread that cuts it to the one that puts traces together. */
import { type DocumentFile, parseJson } from '../documents';
import type { SpanPlace, SpanTaker } from './document-spans';
import type { Shapes } from './flat-span';
import type { Resource } from './json-span';
import type { ScannedSpan } from './span-scanner';

export interface SpanBlock {
  /** Of each plain span its flat JSON and its row, one behind the other. */
  readonly bytes: ArrayBuffer;
  /** Of each plain span `NUMBERS` numbers. */
  readonly numbers: readonly number[];
  /** Resources that were not named before: each has its place behind those. */
  readonly resources: readonly Resource[];
  /** Lists of names that were not there before. */
  readonly shapes: Shapes;
  /** Places of resources begin anew. */
  readonly forgetsResources: boolean;
  /** Whatever else the block has, behind so many plain spans. */
  readonly others: readonly { readonly behind: number; readonly said: OtherThing }[];
  /** Bytes of the file, as they lie on the disk. */
  readonly passed: number;
  /** What stands behind the file's last block. */
  readonly isEnd: boolean;
}

type OtherThing =
  | { readonly type: 'value'; readonly text: string; readonly offset: number; readonly resource: number }
  | { readonly type: 'skip'; readonly at: number | string; readonly reason: string }
  | {
      readonly type: 'warn';
      readonly message: string;
      readonly at: number | string | undefined;
      readonly count: number | undefined;
    };

/** The numbers of a plain span; those of `SpanPlace` and `ScannedSpan`. */
const OFFSET = 0;
const RESOURCE = 1;
const LENGTH = 2;
const FLAT_LENGTH = 3;
const LINE_LENGTH = 4;
const WIDE = 5;
const NUMBERS = 6;
const FIRST_ROOM_BYTES = 3 << 20;
/** Both threads hold so many, or those of one block. */
const MOST_RESOURCES = 1_000;

/** Room for a block, which goes to and fro. It is not shared: V8 copies into shared memory word by word. */
export function newRoom(bytes = FIRST_ROOM_BYTES): ArrayBuffer {
  return new ArrayBuffer(bytes);
}

/** Collects the spans of one block after the other. */
export class BlockWriter implements SpanTaker {
  private numbers: number[] = [];
  private others: SpanBlock['others'][number][] = [];
  private resources: Resource[] = [];
  private readonly places = new Map<Resource, number>();
  private shapes: Shapes = [];
  private shapesSent = 0;
  private forgetsResources = false;
  private bytes: Buffer<ArrayBuffer>;
  private used = 0;
  private passedBytes = 0;

  /** `send` gives the room for the next block. */
  constructor(
    room: ArrayBuffer,
    private readonly send: (block: SpanBlock) => Promise<ArrayBuffer>,
  ) {
    this.bytes = Buffer.from(room);
  }

  takeScanned({ flat, isWide, shapes, line, length }: ScannedSpan, { offset, resource }: SpanPlace): void {
    this.shapes = shapes;
    this.makeRoom(flat.length + line.length);
    this.used += flat.copy(this.bytes, this.used);
    this.used += line.copy(this.bytes, this.used);
    this.numbers.push(offset, this.placeOf(resource), length, flat.length, line.length, isWide ? 1 : 0);
  }

  takeValue(_value: unknown, text: string, { offset, resource }: SpanPlace): void {
    this.say({ type: 'value', text, offset, resource: this.placeOf(resource) });
  }

  skip(at: number | string, reason: string): void {
    this.say({ type: 'skip', at, reason });
  }

  warn(message: string, at?: number | string, count?: number): void {
    this.say({ type: 'warn', message, at, count });
  }

  passed(bytes: number): void {
    this.passedBytes += bytes;
  }

  async flushWhenFull(): Promise<void> {
    this.bytes = Buffer.from(await this.send(this.taken(false)));
  }

  /** What is left when the file has ended. */
  async end(): Promise<void> {
    await this.send(this.taken(true));
  }

  private taken(isEnd: boolean): SpanBlock {
    const { bytes, numbers, others, resources, forgetsResources, passedBytes: passed } = this;
    this.passedBytes = 0;
    const shapes = this.shapes.slice(this.shapesSent);
    this.shapesSent = this.shapes.length;
    this.numbers = [];
    this.others = [];
    this.resources = [];
    this.used = 0;
    this.forgetsResources = this.places.size > MOST_RESOURCES;
    if (this.forgetsResources) this.places.clear();
    return { bytes: bytes.buffer, numbers, others, resources, shapes, forgetsResources, passed, isEnd };
  }

  private say(said: OtherThing): void {
    this.others.push({ behind: this.numbers.length / NUMBERS, said });
  }

  private placeOf(resource: Resource): number {
    const known = this.places.get(resource);
    if (known !== undefined) return known;
    const place = this.places.size;
    this.places.set(resource, place);
    this.resources.push(resource);
    return place;
  }

  private makeRoom(bytes: number): void {
    if (this.used + bytes <= this.bytes.length) return;
    const room = Buffer.from(newRoom(2 * (this.used + bytes)));
    this.bytes.copy(room, 0, 0, this.used);
    this.bytes = room;
  }
}

/** Gives what came in blocks to its taker, in its order. */
export class BlockReader {
  private resources: Resource[] = [];
  private readonly shapes: (readonly string[])[] = [];

  constructor(
    private readonly file: Pick<DocumentFile, 'passed'>,
    private readonly taker: SpanTaker,
  ) {}

  async take(block: SpanBlock): Promise<void> {
    const { bytes, numbers, others, resources } = block;
    if (block.forgetsResources) this.resources = [];
    for (const resource of resources) this.resources.push(resourceAsItWas(resource));
    this.shapes.push(...block.shapes);
    const buffer = Buffer.from(bytes);
    const spans = numbers.length / NUMBERS;
    let used = 0;
    let nextOther = 0;
    for (let span = 0; ; span += 1) {
      for (let other = others[nextOther]; other?.behind === span; other = others[nextOther]) {
        this.takeOther(other.said);
        nextOther += 1;
      }
      if (span === spans) break;
      const numberOf = (which: number) => numbers[span * NUMBERS + which] ?? 0;
      const flat = buffer.subarray(used, used + numberOf(FLAT_LENGTH));
      used += flat.length;
      const line = buffer.subarray(used, used + numberOf(LINE_LENGTH));
      used += line.length;
      this.taker.takeScanned(
        { flat, isWide: numberOf(WIDE) === 1, shapes: this.shapes, line, length: numberOf(LENGTH) },
        { offset: numberOf(OFFSET), resource: this.resourceAt(numberOf(RESOURCE)) },
      );
    }
    this.file.passed(block.passed);
    if (!block.isEnd) await this.taker.flushWhenFull();
  }

  private takeOther(said: OtherThing): void {
    switch (said.type) {
      case 'value': {
        const { text, offset, resource } = said;
        this.taker.takeValue(parseJson(text), text, { offset, resource: this.resourceAt(resource) });
        return;
      }
      case 'skip':
        this.taker.skip(said.at, said.reason);
        return;
      case 'warn':
        this.taker.warn(said.message, said.at, said.count);
    }
  }

  private resourceAt(place: number): Resource {
    const resource = this.resources[place];
    if (resource === undefined) throw new Error('A span of a block has a resource that was not named.');
    return resource;
  }
}

/** Attributes inherit nothing, which is lost between threads. */
function resourceAsItWas({ attributes, serviceName }: Resource): Resource {
  return { attributes: Object.assign(Object.create(null), attributes), serviceName };
}
