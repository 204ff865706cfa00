import { isUtf8 } from 'node:buffer';
import { chunkLine } from '../chunk-text';
import { junjoNames, type Span } from '../spans';
import { instantiate } from './assembly/span.ts?assembly';
import { type FlatSpan, flatSpan, type Shapes } from './flat-span';
import type { Resource } from './json-span';

/** A span as bytes, which the next span overwrites. */
export interface ScannedSpan {
  /** Its JSON with flat attributes. */
  readonly flat: Buffer;
  /** What those are called; more are added as spans come. */
  readonly shapes: Shapes;
  /** Some of that is no ASCII. */
  readonly isWide: boolean;
  /** Its row in a chunk's file. */
  readonly line: Buffer;
  /** Bytes that it takes in the block. */
  readonly length: number;
}

export function spanOf({ flat, isWide, shapes }: ScannedSpan, resource: Resource): Span {
  const span: FlatSpan = JSON.parse(flat.toString(isWide ? 'utf8' : 'latin1'));
  return flatSpan(span, resource, shapes);
}

/** Junjo's columns of a row have two places each in the module. */
const PLACES_PER_COLUMN = 2;
/** Where one begins and ends: a doubtful number, or a shape. */
const BYTES_PER_PLACE = 8;

/** Reads spans of OTLP JSON from bytes, five times as quick as `JSON.parse` and back (`assembly/span.ts`). */
export class SpanScanner {
  private readonly module = instantiate();
  private readonly memory = Buffer.from(this.module.memory.buffer);
  /** That is in the module's memory: another block is another object. */
  private block: Buffer | undefined;
  private resource: Resource | undefined;
  private hasService = false;
  private readonly shapes: string[][] = [];

  constructor() {
    const input = this.module.INPUT.value;
    Object.values(junjoNames).forEach((names, column) => {
      names.forEach((name, index) => {
        const length = this.memory.write(name, input);
        this.module.addColumn(input, length, PLACES_PER_COLUMN * column + index);
      });
    });
  }

  /** Undefined: the span is not plain, or does not end in the block, and is read as any other JSON. */
  spanAt(block: Buffer, at: number, resource: Resource): ScannedSpan | undefined {
    const { module, memory } = this;
    if (resource !== this.resource) this.setResource(resource);
    if (!this.hasService || !this.holds(block)) return undefined;
    const input = module.INPUT.value;
    const behind = module.readSpan(input + at);
    if (behind === 0) return undefined;
    const end = behind - input;
    if (!this.areNumbersSame()) return undefined;
    const isWide = module.wide.value !== 0;
    if (isWide && !isUtf8(block.subarray(at, end))) return undefined;
    while (this.shapes.length < module.shapes.value) this.shapes.push(this.shapeAt(this.shapes.length));
    return {
      shapes: this.shapes,
      flat: memory.subarray(module.FLAT.value, module.flat.value),
      isWide,
      line: memory.subarray(module.ROW.value, module.rowEnd.value),
      length: end - at,
    };
  }

  private shapeAt(number: number): string[] {
    const names = this.textAt(this.module.SHAPES.value + BYTES_PER_PLACE * number, 'utf8');
    // Behind each is a comma.
    return JSON.parse(`[${names.slice(0, -1)}]`);
  }

  /** Whether numbers of many digits, or with an exponent, are printed as they stand. */
  private areNumbersSame(): boolean {
    const { DOUBTS, doubts } = this.module;
    for (let number = 0; number < doubts.value; number += 1) {
      const text = this.textAt(DOUBTS.value + BYTES_PER_PLACE * number, 'latin1');
      if (String(Number(text)) !== text) return false;
    }
    return true;
  }

  /** The text whose beginning and end stand there. */
  private textAt(place: number, encoding: 'latin1' | 'utf8'): string {
    const [from, to] = [this.memory.readUInt32LE(place), this.memory.readUInt32LE(place + 4)];
    return this.memory.toString(encoding, from, to);
  }

  private holds(block: Buffer): boolean {
    if (block === this.block) return true;
    const { INPUT, INPUT_ROOM } = this.module;
    if (block.length > INPUT_ROOM.value) return false;
    block.copy(this.memory, INPUT.value);
    this.memory[INPUT.value + block.length] = 0;
    this.block = block;
    return true;
  }

  private setResource(resource: Resource): void {
    const { SERVICE, SERVICE_ROOM } = this.module;
    const service = Buffer.from(chunkLine([resource.serviceName]));
    this.resource = resource;
    this.hasService = service.length <= SERVICE_ROOM.value;
    if (!this.hasService) return;
    service.copy(this.memory, SERVICE.value);
    this.module.setService(service.length);
  }
}
