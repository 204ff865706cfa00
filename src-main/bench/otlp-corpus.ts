import { closeSync, existsSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

type Json = Readonly<Record<string, unknown>>;

/** Real spans (OTLP's own examples, Junjo agents, the Vercel SDK) with new ids in each round, until one OTLP JSON document has so many bytes. */
export function makeOtlpCorpus(data: string, file: string, wantedBytes: number): number {
  const round = [...realOtlp(data), ...junjo(data), ...vercel(data)]
    .map((one) => JSON.stringify(one))
    .join(',');
  const output = openSync(file, 'w');
  let bytes = writeSync(output, '{"resourceSpans":[');
  for (let number = 0; bytes < wantedBytes; number += 1) {
    const mark = number.toString(16).padStart(8, '0');
    const renamed = round.replaceAll(
      /"((?:t|s|parentS)(?:raceId|panId))":"([0-9a-fA-F]{8})([0-9a-fA-F]{8,24})"/g,
      (_, name: string, _start: string, rest: string) => `"${name}":"${mark}${rest}"`,
    );
    bytes += writeSync(output, number === 0 ? renamed : `,${renamed}`);
  }
  bytes += writeSync(output, ']}');
  closeSync(output);
  return bytes;
}

function realOtlp(data: string): Json[] {
  const jaeger = join(data, 'jaeger-ui/packages/jaeger-ui/src/utils/fixtures');
  return [
    join(data, 'otlp-proto/examples/trace.json'),
    join(jaeger, 'otlp2jaeger-in.json'),
    join(jaeger, 'otlp2jaeger-multi-in-combined.json'),
  ]
    .filter((file) => existsSync(file))
    .flatMap((file) => listOf(read(file).resourceSpans));
}

/** Normalized spans, written as OTLP would. */
function junjo(data: string): Json[] {
  const folder = join(data, 'junjo/contracts/telemetry/fixtures');
  return ['agent/producer', 'workflow'].flatMap((part) =>
    jsonFiles(join(folder, part)).map((file) => {
      const spans = listOf(read(file).spans).map((span) => ({
        traceId: span.trace_id,
        spanId: span.span_id,
        ...(span.parent_span_id === null ? {} : { parentSpanId: span.parent_span_id }),
        name: span.name,
        kind: 1,
        startTimeUnixNano: nanoseconds(span.start_time),
        endTimeUnixNano: nanoseconds(span.end_time),
        attributes: attributes(span.attributes_json),
        events: listOf(span.events_json).map((event) => ({
          timeUnixNano: event.timeUnixNano,
          name: event.name,
          attributes: attributes(event.attributes),
        })),
        status: { code: Number(span.status_code) },
      }));
      return resourceSpans('junjo', spans);
    }),
  );
}

function vercel(data: string): Json[] {
  const file = join(
    data,
    'openinference/js/packages/openinference-vercel/test/__fixtures__/v6-spans/all-spans.json',
  );
  if (!existsSync(file)) return [];
  const spans = listOf(read(file)).map((span) => {
    const context = recordOf(span.spanContext);
    return {
      traceId: context.traceId,
      spanId: context.spanId,
      name: span.name,
      kind: 1,
      startTimeUnixNano: pair(span.startTime),
      endTimeUnixNano: pair(span.endTime),
      attributes: attributes(span.attributes),
      status: {},
    };
  });
  return [resourceSpans('vercel', spans)];
}

function resourceSpans(service: string, spans: readonly Json[]): Json {
  return {
    resource: { attributes: attributes({ 'service.name': service }) },
    scopeSpans: [{ scope: { name: service }, spans }],
  };
}

function attributes(value: unknown): Json[] {
  return Object.entries(recordOf(value)).map(([key, inner]) => ({ key, value: anyValue(inner) }));
}

function anyValue(value: unknown): Json {
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (Array.isArray(value)) return { arrayValue: { values: value.map(anyValue) } };
  return { stringValue: typeof value === 'string' ? value : JSON.stringify(value) };
}

function nanoseconds(iso: unknown): string {
  return `${Date.parse(String(iso))}000000`;
}

function pair(value: unknown): string {
  const [seconds = 0, nanos = 0] = Array.isArray(value) ? value : [];
  return `${seconds}${String(nanos).padStart(9, '0')}`;
}

function jsonFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => join(folder, name));
}

function read(file: string): Json & readonly unknown[] {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value : [];
}

function recordOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
