import { type Attributes, idOf, isRecord, kindOf, nanosecondsOf, type Span, type SpanEvent } from '../spans';

export interface JaegerProcess {
  readonly serviceName: string | null;
  readonly resource: Attributes;
}

/** A span of Jaeger's JSON (UI, API, `hot-rod`): times in microseconds, tags in a list, the parent among the references. */
export function jaegerSpan(value: unknown, processes: ReadonlyMap<string, JaegerProcess>): Span | undefined {
  if (!isRecord(value)) return undefined;
  const traceId = idOf(value.traceID, 16);
  const spanId = idOf(value.spanID, 8);
  if (traceId === null || spanId === null) return undefined;
  const process = processes.get(String(value.processID)) ?? processOf(value.process);
  const tags = tagsOf(value.tags, value.tag);
  const { 'span.kind': kind, ...rest } = tags;
  const startNs = nanosecondsOfUs(value.startTime);
  const durationNs = nanosecondsOfUs(value.duration) ?? (value.duration === 0 ? 0n : null);
  const references = referencesOf(value);
  const parent = parentOf(references, traceId);
  return {
    traceId,
    spanId,
    parentSpanId: parent?.spanId ?? idOf(value.parentSpanID, 8),
    serviceName: process.serviceName,
    name: typeof value.operationName === 'string' ? value.operationName : null,
    kind: kindOf(kind),
    startNs,
    endNs: startNs === null || durationNs === null ? null : startNs + durationNs,
    status:
      isTrue(tags.error) || tags['otel.status_code'] === 'ERROR'
        ? 'ERROR'
        : tags['otel.status_code'] === 'OK'
          ? 'OK'
          : 'UNSET',
    statusMessage: textOrNull(tags['otel.status_description']),
    attributes: rest,
    events: Array.isArray(value.logs) ? value.logs.map(eventOf) : [],
    links: references
      .filter((one) => one !== parent)
      .map((one) => ({ traceId: one.traceId, spanId: one.spanId, attributes: { refType: one.type } })),
    traceFlags: typeof value.flags === 'number' ? value.flags : null,
    traceState: textOrNull(tags['w3c.tracestate']),
    resource: process.resource,
  };
}

export function processOf(value: unknown): JaegerProcess {
  if (!isRecord(value)) return { serviceName: null, resource: {} };
  const serviceName = textOrNull(value.serviceName);
  return {
    serviceName,
    resource: {
      ...(serviceName === null ? {} : { 'service.name': serviceName }),
      ...tagsOf(value.tags, value.tag),
    },
  };
}

/** Each says its type; 64-bit integers come as text. `fields`: tags that Elasticsearch has as fields, where a dot cannot stand in a name. */
function tagsOf(value: unknown, fields?: unknown): Attributes {
  const named = isRecord(fields)
    ? Object.entries(fields).map(([name, one]) => [name.replaceAll('@', '.'), one])
    : [];
  if (!Array.isArray(value)) return { ...(isRecord(value) ? value : {}), ...Object.fromEntries(named) };
  return Object.fromEntries([
    ...named,
    ...value.flatMap((tag: unknown) =>
      isRecord(tag) && typeof tag.key === 'string' ? [[tag.key, tagValue(tag)]] : [],
    ),
  ]);
}

function tagValue({ type, value }: Readonly<Record<string, unknown>>): unknown {
  if (typeof value !== 'string') return value ?? null;
  if (type === 'bool') return isTrue(value);
  if (type === 'int64' && /^-?\d{1,19}$/.test(value)) {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : BigInt(value);
  }
  if (type === 'float64' && value.trim() !== '' && Number.isFinite(Number(value))) return Number(value);
  return value;
}

function isTrue(value: unknown): boolean {
  return value === true || value === 'true';
}

interface Reference {
  readonly type: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
}

function referencesOf(value: Readonly<Record<string, unknown>>): Reference[] {
  if (!Array.isArray(value.references)) return [];
  return value.references.flatMap((one: unknown) =>
    isRecord(one)
      ? [{ type: String(one.refType), traceId: idOf(one.traceID, 16), spanId: idOf(one.spanID, 8) }]
      : [],
  );
}

/** The first CHILD_OF of the same trace, else the first FOLLOWS_FROM of it. */
function parentOf(references: readonly Reference[], traceId: string): Reference | undefined {
  const own = references.filter((one) => one.traceId === traceId);
  return own.find(({ type }) => type === 'CHILD_OF') ?? own.find(({ type }) => type === 'FOLLOWS_FROM');
}

function eventOf(value: unknown): SpanEvent {
  const log = isRecord(value) ? value : {};
  const { event, ...attributes } = tagsOf(log.fields);
  return {
    name: typeof event === 'string' ? event : 'log',
    timeNs: nanosecondsOfUs(log.timestamp),
    attributes: typeof event === 'string' || event === undefined ? attributes : { event, ...attributes },
  };
}

function nanosecondsOfUs(value: unknown): bigint | null {
  if (typeof value === 'bigint') return nanosecondsOf(value * 1000n);
  if (typeof value === 'string')
    return /^\d{1,17}$/.test(value) ? nanosecondsOf(BigInt(value) * 1000n) : null;
  if (typeof value !== 'number' || !Number.isFinite(value)) return null;
  return nanosecondsOf(BigInt(Math.round(value)) * 1000n);
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
