import { type DocumentFile, eachElement, eachJsonLine, quiet } from '../documents';
import { lookAt } from '../place';
import { type Attributes, idOf, isRecord, nanosecondsOf, type SpanEvent } from '../spans';
import { framingOf } from './framing';
import { noResource, type Resource, resourceOf } from './json-span';
import { attributesOf } from './json-values';
import { type LogRecord, protobufLogRecord } from './protobuf-log';
import { isJsonLines, listIn } from './read-json';
import { eachProtobufRecord } from './read-protobuf';

const RESOURCE_LOGS = ['resourceLogs', 'resource_logs'];
const SCOPE_LOGS = ['scopeLogs', 'scope_logs', 'instrumentationLibraryLogs'];
const RECORDS = ['logRecords', 'log_records', 'logs'];

/** A log record that is an event of GenAI. Ids are null where it names no span. */
export interface GenAiRecord {
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly event: SpanEvent;
  readonly resource: Resource;
  readonly characters: number;
}

type TakeRecord = (record: GenAiRecord | undefined, line: number | null) => void;

/** The log records of a file; undefined: one that is no event of GenAI. `line`: null where it has none. */
export async function eachLogRecord(file: DocumentFile, take: TakeRecord): Promise<void> {
  const framed = framingOf((await lookAt(file.path)).head);
  if (framed?.signal !== 'logs') {
    await eachJsonRecord(file, take);
    return;
  }
  await eachProtobufRecord(file, quiet, {
    framing: framed.framing,
    noun: 'log record',
    take: (reader, { resource }) =>
      take(genAiRecord(protobufLogRecord(reader), { resource, characters: reader.bytes.length }), null),
  });
}

async function eachJsonRecord(file: DocumentFile, take: TakeRecord): Promise<void> {
  if (await isJsonLines(file)) {
    await eachJsonLine(file, quiet, (value, line) => {
      for (const one of listIn(value, RESOURCE_LOGS)) {
        const resource = isRecord(one) ? resourceOf(one.resource) : noResource;
        const records = listIn(one, SCOPE_LOGS).flatMap((scope) => listIn(scope, RECORDS));
        for (const record of records)
          take(
            genAiRecord(jsonRecord(record), { resource, characters: JSON.stringify(record).length }),
            line,
          );
      }
    });
    return;
  }
  let owner: unknown;
  let resource = noResource;
  await eachElement(file, quiet, [RESOURCE_LOGS, SCOPE_LOGS, RECORDS], (value, { around, text }) => {
    const holder = around.at(-2);
    if (holder !== owner) resource = resourceOf(holder?.get('resource'));
    owner = holder;
    take(genAiRecord(jsonRecord(value), { resource, characters: text.length }), null);
  });
}

function jsonRecord(value: unknown): LogRecord | undefined {
  if (!isRecord(value)) return undefined;
  const { body, ...attributes }: Attributes = {
    ...attributesOf(value.attributes),
    ...attributesOf([{ key: 'body', value: value.body }]),
  };
  const name = value.eventName ?? value.event_name;
  const at = value.timeUnixNano ?? value.time_unix_nano;
  const observedAt = value.observedTimeUnixNano ?? value.observed_time_unix_nano;
  return {
    name: typeof name === 'string' ? name : null,
    timeNs: nanosecondsOf(at) ?? nanosecondsOf(observedAt),
    traceId: idOf(value.traceId ?? value.trace_id, 16),
    spanId: idOf(value.spanId ?? value.span_id, 8),
    body,
    attributes,
  };
}

function genAiRecord(
  record: LogRecord | undefined,
  place: Pick<GenAiRecord, 'resource' | 'characters'>,
): GenAiRecord | undefined {
  if (record === undefined) return undefined;
  const { body, attributes, traceId, spanId, timeNs } = record;
  const name = record.name ?? attributes['event.name'];
  if (typeof name !== 'string' || !name.startsWith('gen_ai.')) return undefined;
  const said = isRecord(body) ? body : body === null || body === undefined ? {} : { content: body };
  return { ...place, traceId, spanId, event: { name, timeNs, attributes: { ...attributes, ...said } } };
}
