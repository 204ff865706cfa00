import { type DocumentFile, eachElement, eachJsonLine, quiet } from '../documents';
import { type Attributes, idOf, isRecord, nanosecondsOf, type SpanEvent } from '../spans';
import { noResource, type Resource, resourceOf } from './json-span';
import { attributesOf } from './json-values';
import { isJsonLines, listIn } from './read-json';

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

/** The log records of a file of OTLP JSON; undefined: one that is no event of GenAI. `line`: null in a document. */
export async function eachLogRecord(
  file: DocumentFile,
  take: (record: GenAiRecord | undefined, line: number | null) => void,
): Promise<void> {
  if (await isJsonLines(file)) {
    await eachJsonLine(file, quiet, (value, line) => {
      for (const one of listIn(value, RESOURCE_LOGS)) {
        const resource = isRecord(one) ? resourceOf(one.resource) : noResource;
        const records = listIn(one, SCOPE_LOGS).flatMap((scope) => listIn(scope, RECORDS));
        for (const record of records)
          take(genAiRecord(record, { resource, characters: JSON.stringify(record).length }), line);
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
    take(genAiRecord(value, { resource, characters: text.length }), null);
  });
}

function genAiRecord(
  value: unknown,
  place: Pick<GenAiRecord, 'resource' | 'characters'>,
): GenAiRecord | undefined {
  if (!isRecord(value)) return undefined;
  const { body, ...attributes }: Attributes = {
    ...attributesOf(value.attributes),
    ...attributesOf([{ key: 'body', value: value.body }]),
  };
  const name = value.eventName ?? value.event_name ?? attributes['event.name'];
  if (typeof name !== 'string' || !name.startsWith('gen_ai.')) return undefined;
  const said = isRecord(body) ? body : body === null || body === undefined ? {} : { content: body };
  const at = value.timeUnixNano ?? value.time_unix_nano;
  const observedAt = value.observedTimeUnixNano ?? value.observed_time_unix_nano;
  return {
    ...place,
    traceId: idOf(value.traceId ?? value.trace_id, 16),
    spanId: idOf(value.spanId ?? value.span_id, 8),
    event: {
      name,
      timeNs: nanosecondsOf(at) ?? nanosecondsOf(observedAt),
      attributes: { ...attributes, ...said },
    },
  };
}
