import { isObject, type Json } from '../recorded-chat';

/** Kinds of observations so far. */
export const observationTypes: ReadonlySet<string> = new Set([
  'GENERATION',
  'SPAN',
  'EVENT',
  'AGENT',
  'TOOL',
  'CHAIN',
  'RETRIEVER',
  'EVALUATOR',
  'EMBEDDING',
  'GUARDRAIL',
]);

export type Shape = 'bundle' | 'page' | 'session' | 'trace' | 'observation' | 'score';

/** Exports to storage write `trace_id`, the API and the UI `traceId`: one spelling from here on. The values are as they were. */
export function camelKeys(value: Json): Json {
  if (!Object.keys(value).some((key) => key.includes('_'))) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      inner,
    ]),
  );
}

/** What an object of an export is; undefined: nothing of Langfuse. */
export function shapeOf(value: unknown): Shape | undefined {
  if (!isObject(value)) return undefined;
  if (isBundle(value)) return 'bundle';
  if (
    Array.isArray(value.data) &&
    (value.data.length === 0
      ? isObject(value.meta) && 'totalItems' in value.meta
      : shapeOf(value.data[0]) !== undefined)
  )
    return 'page';
  if (Array.isArray(value.traces) && shapeOf(value.traces[0]) !== undefined) return 'session';
  const object = camelKeys(value);
  if (isObservation(object)) return 'observation';
  if (isScore(object)) return 'score';
  return looksLikeTrace(object) ? 'trace' : undefined;
}

/** What the interface downloads: a trace, with its observations beside it. */
function isBundle({ trace, observations }: Json): boolean {
  if (!isObject(trace) || !('id' in trace)) return false;
  const first: unknown = Array.isArray(observations) ? observations[0] : undefined;
  return looksLikeTrace(camelKeys(trace)) || (isObject(first) && isObservation(camelKeys(first)));
}

/** One of a kind that is newer than this reader has what only Langfuse keeps. */
function isObservation(object: Json): boolean {
  if (typeof object.type !== 'string' || !('traceId' in object) || !('startTime' in object)) return false;
  return observationTypes.has(object.type) || ('parentObservationId' in object && 'level' in object);
}

/** Of a trace, or of what is in one; a category and a text have no number. */
function isScore(object: Json): boolean {
  const has = (...keys: readonly string[]) => keys.some((key) => key in object);
  return (
    'name' in object &&
    has('value', 'stringValue') &&
    has('traceId', 'observationId', 'sessionId') &&
    has('dataType', 'source')
  );
}

/** Beside id and time: two fields of a trace, one of them such as nobody else keeps. */
function looksLikeTrace(object: Json): boolean {
  if (!('id' in object) || !('timestamp' in object) || 'traceId' in object) return false;
  const rare = ['release', 'bookmarked', 'public', 'projectId', 'htmlPath', 'observations'];
  const common = ['sessionId', 'userId', 'environment', 'tags', 'input', 'output'];
  const has = (keys: readonly string[]) => keys.filter((key) => key in object).length;
  return has(rare) > 0 && has([...rare, ...common]) > 2;
}
