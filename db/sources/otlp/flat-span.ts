import { type Attributes, kindOf, type Span, type SpanEvent, statusOf } from '../spans';
import type { Resource } from './json-span';

/** Names of attributes, by the number that the module gives each list of them. */
export type Shapes = readonly (readonly string[])[];

/** A span as the module writes it for JavaScript: in OTLP's own names, with ids as they are to be and its attributes flat. */
export interface FlatSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind?: number;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes?: FlatAttributes;
  readonly events?: readonly FlatEvent[];
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly flags?: number;
  readonly traceState?: string;
  readonly droppedAttributesCount?: number;
  readonly droppedEventsCount?: number;
}

interface FlatEvent {
  readonly name: string;
  readonly timeUnixNano: string;
  readonly attributes: FlatAttributes;
}

/** Values, and what they are called: a number among the shapes, or the names themselves. */
type FlatAttributes = readonly [...unknown[], number | readonly string[]];

const NOTHING: readonly never[] = [];

/** What `jsonSpan` makes of the same span. The module has looked at all that it would look at. */
export function flatSpan(flat: FlatSpan, resource: Resource, shapes: Shapes): Span {
  const { flags, status } = flat;
  const isPartial = (flat.droppedEventsCount ?? 0) > 0 || (flat.droppedAttributesCount ?? 0) > 0;
  return {
    traceId: flat.traceId,
    spanId: flat.spanId,
    parentSpanId: textOrNull(flat.parentSpanId),
    serviceName: resource.serviceName,
    name: flat.name,
    kind: kindOf(flat.kind),
    startNs: BigInt(flat.startTimeUnixNano),
    endNs: BigInt(flat.endTimeUnixNano),
    status: statusOf(status?.code),
    statusMessage: textOrNull(status?.message),
    attributes: attributesOf(flat.attributes, shapes),
    events:
      flat.events === undefined || flat.events.length === 0
        ? NOTHING
        : flat.events.map((event) => eventOf(event, shapes)),
    links: NOTHING,
    traceFlags: flags === undefined ? null : flags & 0xff,
    traceState: textOrNull(flat.traceState),
    resource: resource.attributes,
    ...(isPartial ? { isPartial: true } : {}),
  };
}

function eventOf({ name, timeUnixNano, attributes }: FlatEvent, shapes: Shapes): SpanEvent {
  return { name, timeNs: BigInt(timeUnixNano), attributes: attributesOf(attributes, shapes) };
}

/** A dictionary that inherits nothing: most names that are looked up in it are not there. */
function attributesOf(flat: FlatAttributes | undefined, shapes: Shapes): Attributes {
  const attributes: Record<string, unknown> = Object.create(null);
  const shape = flat?.at(-1);
  const names = typeof shape === 'number' ? shapes[shape] : shape;
  if (flat === undefined || !Array.isArray(names)) return attributes;
  for (let at = 0; at < names.length; at += 1) attributes[names[at]] = flat[at];
  return attributes;
}

function textOrNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
