import { idOf, kindOf, nanosecondsOf, type Span, type SpanEvent, type SpanLink, statusOf } from '../spans';
import type { Resource } from './json-span';
import { tagOf, WireError, type WireReader } from './wire';

const DEEPEST = 100;

/** opentelemetry.proto.trace.v1.Span. Undefined: it has no trace or span id. */
export function protobufSpan(reader: WireReader, resource: Resource): Span | undefined {
  let traceId: string | null = null;
  let spanId: string | null = null;
  let parentSpanId: string | null = null;
  let traceState: string | null = null;
  let name: string | null = null;
  let kind = 0;
  let startNs: bigint | null = null;
  let endNs: bigint | null = null;
  let status: { code: number; message: string | null } = { code: 0, message: null };
  let traceFlags: number | null = null;
  let dropped = 0;
  const attributes: Record<string, unknown> = {};
  const events: SpanEvent[] = [];
  const links: SpanLink[] = [];
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    switch (tag) {
      case tagOf(1, 2):
        traceId = idOf(reader.hex(), 16);
        break;
      case tagOf(2, 2):
        spanId = idOf(reader.hex(), 8);
        break;
      case tagOf(3, 2):
        traceState = reader.text() || null;
        break;
      case tagOf(4, 2):
        parentSpanId = idOf(reader.hex(), 8);
        break;
      case tagOf(5, 2):
        name = reader.text();
        break;
      case tagOf(6, 0):
        kind = reader.varint();
        break;
      case tagOf(7, 1):
        startNs = nanosecondsOf(reader.fixed64());
        break;
      case tagOf(8, 1):
        endNs = nanosecondsOf(reader.fixed64());
        break;
      case tagOf(9, 2):
        keyValue(reader.message(), attributes, 0);
        break;
      case tagOf(10, 0):
      case tagOf(12, 0):
        dropped += reader.varint();
        break;
      case tagOf(11, 2):
        events.push(eventOf(reader.message()));
        break;
      case tagOf(13, 2):
        links.push(linkOf(reader.message()));
        break;
      case tagOf(15, 2):
        status = readStatus(reader.message());
        break;
      case tagOf(16, 5):
        traceFlags = reader.fixed32() & 0xff;
        break;
      default:
        reader.skip(tag);
    }
  }
  if (traceId === null || spanId === null) return undefined;
  return {
    traceId,
    spanId,
    parentSpanId,
    serviceName: resource.serviceName,
    name,
    kind: kindOf(kind),
    startNs,
    endNs,
    status: statusOf(status.code),
    statusMessage: status.message,
    attributes,
    events,
    links,
    traceFlags,
    traceState,
    resource: resource.attributes,
    ...(dropped > 0 ? { isPartial: true } : {}),
  };
}

export function protobufResource(reader: WireReader): Resource {
  const attributes: Record<string, unknown> = {};
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    if (tag === tagOf(1, 2)) keyValue(reader.message(), attributes, 0);
    else reader.skip(tag);
  }
  const name = attributes['service.name'];
  return { attributes, serviceName: typeof name === 'string' && name !== '' ? name : null };
}

function readStatus(reader: WireReader): { code: number; message: string | null } {
  let code = 0;
  let message: string | null = null;
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    if (tag === tagOf(2, 2)) message = reader.text() || null;
    else if (tag === tagOf(3, 0)) code = reader.varint();
    else reader.skip(tag);
  }
  return { code, message };
}

function eventOf(reader: WireReader): SpanEvent {
  let name = '';
  let timeNs: bigint | null = null;
  const attributes: Record<string, unknown> = {};
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    if (tag === tagOf(1, 1)) timeNs = nanosecondsOf(reader.fixed64());
    else if (tag === tagOf(2, 2)) name = reader.text();
    else if (tag === tagOf(3, 2)) keyValue(reader.message(), attributes, 0);
    else reader.skip(tag);
  }
  return { name, timeNs, attributes };
}

function linkOf(reader: WireReader): SpanLink {
  let traceId: string | null = null;
  let spanId: string | null = null;
  const attributes: Record<string, unknown> = {};
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    if (tag === tagOf(1, 2)) traceId = idOf(reader.hex(), 16);
    else if (tag === tagOf(2, 2)) spanId = idOf(reader.hex(), 8);
    else if (tag === tagOf(4, 2)) keyValue(reader.message(), attributes, 0);
    else reader.skip(tag);
  }
  return { traceId, spanId, attributes };
}

export function keyValue(reader: WireReader, into: Record<string, unknown>, depth: number): void {
  let key: string | undefined;
  let value: unknown = null;
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    if (tag === tagOf(1, 2)) key = reader.text();
    else if (tag === tagOf(2, 2)) value = anyValue(reader.message(), depth);
    else reader.skip(tag);
  }
  if (key === undefined) return;
  // Through a definition, as a key may be `__proto__`.
  if (key === '__proto__') Object.defineProperty(into, key, { value, enumerable: true });
  else into[key] = value;
}

export function anyValue(reader: WireReader, depth: number): unknown {
  if (depth > DEEPEST) throw new WireError('A value is nested too deep.');
  let value: unknown = null;
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    switch (tag) {
      case tagOf(1, 2):
        value = reader.text();
        break;
      case tagOf(2, 0):
        value = reader.varint() !== 0;
        break;
      case tagOf(3, 0):
        value = reader.int64();
        break;
      case tagOf(4, 1):
        value = numberOrText(reader.double());
        break;
      case tagOf(5, 2):
        value = arrayOf(reader.message(), depth + 1);
        break;
      case tagOf(6, 2):
        value = mapOf(reader.message(), depth + 1);
        break;
      case tagOf(7, 2):
        value = reader.base64();
        break;
      default:
        reader.skip(tag);
    }
  }
  return value;
}

/** As protobuf's own JSON writes them. */
function numberOrText(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function arrayOf(reader: WireReader, depth: number): unknown[] {
  const values: unknown[] = [];
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    if (tag === tagOf(1, 2)) values.push(anyValue(reader.message(), depth));
    else reader.skip(tag);
  }
  return values;
}

function mapOf(reader: WireReader, depth: number): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    if (tag === tagOf(1, 2)) keyValue(reader.message(), values, depth);
    else reader.skip(tag);
  }
  return values;
}
