import { type ElementPath, keyPathTo } from '../documents';
import type { Place } from '../types';
import { framingOf, type Signal } from './framing';

export interface JsonShape {
  readonly signal: Signal;
  /** Members that lead to the spans. */
  readonly path: ElementPath;
  /** Members around the request: `trace` in Tempo's answers, `result` in Jaeger's. */
  readonly around: readonly string[];
  /** The first resource stands behind its spans. */
  readonly isResourceBehind: boolean;
}

export const RESOURCES: Readonly<Record<string, Signal>> = {
  resourceSpans: 'traces',
  resource_spans: 'traces',
  batches: 'traces',
  resourceLogs: 'logs',
  resource_logs: 'logs',
  resourceMetrics: 'metrics',
  resource_metrics: 'metrics',
  resourceProfiles: 'profiles',
};
/** By every name that they had; one file may hold several. */
export const REQUESTS = ['resourceSpans', 'resource_spans', 'batches'];
export const SCOPES = [
  'scopeSpans',
  'scope_spans',
  'instrumentationLibrarySpans',
  'instrumentation_library_spans',
];
const SCOPE = new RegExp(`"(?:${SCOPES.join('|')})"\\s*:`);
const NAMES = new Set([...Object.keys(RESOURCES), ...SCOPES]);
const OF_TRACES = new Set([...REQUESTS, ...SCOPES]);
const NAMED = new RegExp(`"(?:${[...NAMES].join('|')})"\\s*:\\s*\\[`);
/** An answer around a request has one name or two. */
const MOST_AROUND = 2;

/** What an OTLP JSON document begins with; undefined when it is none. */
export function jsonShapeOf(head: string): JsonShape | undefined {
  if (!NAMED.test(head)) return undefined;
  // Traces are looked for behind other signals too.
  const names = keyPathTo(head, OF_TRACES) ?? keyPathTo(head, NAMES);
  const name = names?.at(-1);
  if (names === undefined || name === undefined) return undefined;
  const around = names.slice(0, -1);
  const scopes = head.search(SCOPE);
  const own = head.search(/"resource"\s*:/);
  const isResourceBehind = scopes !== -1 && (own === -1 || own > scopes);
  const signal = RESOURCES[name];
  if (signal === undefined) {
    // One resource by itself; anything that has it deeper inside is something else.
    if (around.length > 0) return undefined;
    return { signal: 'traces', around, isResourceBehind, path: [SCOPES, 'spans'] };
  }
  // `batches` alone is anybody's word.
  if (around.length > MOST_AROUND || (name === 'batches' && scopes === -1)) return undefined;
  const path = [...around, REQUESTS, SCOPES, 'spans'];
  return { signal, around, isResourceBehind, path };
}

/** What a file tells of, whichever way it is written; undefined when it is none of OTLP. */
export function signalOf(head: Uint8Array): Signal | undefined {
  return jsonShapeOf(Buffer.from(head).toString('utf8'))?.signal ?? framingOf(head)?.signal;
}

export function recogniseOtlp({ head }: Pick<Place, 'head'>): { dialect: string } | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 65_536)).toString('utf8');
  if (jsonShapeOf(text) !== undefined) return { dialect: 'json' };
  return framingOf(head) === undefined ? undefined : { dialect: 'protobuf' };
}
