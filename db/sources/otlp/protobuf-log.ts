import { type Attributes, idOf, nanosecondsOf } from '../spans';
import { anyValue, keyValue } from './protobuf-span';
import { tagOf, type WireReader } from './wire';

/** A log record, whatever it tells of. */
export interface LogRecord {
  readonly name: string | null;
  readonly timeNs: bigint | null;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly body: unknown;
  readonly attributes: Attributes;
}

/** opentelemetry.proto.logs.v1.LogRecord */
export function protobufLogRecord(reader: WireReader): LogRecord {
  let timeNs: bigint | null = null;
  let observedNs: bigint | null = null;
  let traceId: string | null = null;
  let spanId: string | null = null;
  let name: string | null = null;
  let body: unknown = null;
  const attributes: Record<string, unknown> = {};
  while (!reader.isAtEnd) {
    const tag = reader.tag();
    switch (tag) {
      case tagOf(1, 1):
        timeNs = nanosecondsOf(reader.fixed64());
        break;
      case tagOf(11, 1):
        observedNs = nanosecondsOf(reader.fixed64());
        break;
      case tagOf(5, 2):
        body = anyValue(reader.message(), 0);
        break;
      case tagOf(6, 2):
        keyValue(reader.message(), attributes, 0);
        break;
      case tagOf(9, 2):
        traceId = idOf(reader.hex(), 16);
        break;
      case tagOf(10, 2):
        spanId = idOf(reader.hex(), 8);
        break;
      case tagOf(12, 2):
        name = reader.text() || null;
        break;
      default:
        reader.skip(tag);
    }
  }
  return { name, timeNs: timeNs ?? observedNs, traceId, spanId, body, attributes };
}
