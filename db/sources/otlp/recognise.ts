import type { Place } from '../types';
import { framingOf } from './framing';

export type Signal = 'traces' | 'logs' | 'metrics' | 'profiles';

export interface JsonShape {
  readonly signal: Signal;
  /** Members that lead to the spans. */
  readonly path: readonly [resource: string, scope: string, span: string];
  /** The first resource stands behind its spans. */
  readonly isResourceBehind: boolean;
}

const RESOURCES: Readonly<Record<string, Signal>> = {
  resourceSpans: 'traces',
  resource_spans: 'traces',
  batches: 'traces',
  resourceLogs: 'logs',
  resource_logs: 'logs',
  resourceMetrics: 'metrics',
  resource_metrics: 'metrics',
  resourceProfiles: 'profiles',
};
const FIRST = /^[\s\ufeff]*(?:\[\s*)?\{\s*"(\w+)"\s*:\s*\[/;
const SCOPES: Readonly<Record<Signal, RegExp>> = {
  traces: /"(scopeSpans|scope_spans|instrumentationLibrarySpans|instrumentation_library_spans)"\s*:/,
  logs: /"(scopeLogs|scope_logs|instrumentationLibraryLogs)"\s*:/,
  metrics: /"(scopeMetrics|scope_metrics)"\s*:/,
  profiles: /"(scopeProfiles)"\s*:/,
};

/** What an OTLP JSON document begins with; undefined when it is none. */
export function jsonShapeOf(head: string): JsonShape | undefined {
  const [, resource = ''] = FIRST.exec(head) ?? [];
  const signal = RESOURCES[resource];
  if (signal === undefined) return undefined;
  const [, scope] = SCOPES[signal].exec(head) ?? [];
  // `batches` alone is anybody's word.
  if (resource === 'batches' && scope === undefined) return undefined;
  const isSnake = resource.includes('_');
  const scopes = head.search(SCOPES[signal]);
  const own = head.search(/"resource"\s*:/);
  const leaf = signal === 'logs' ? (isSnake ? 'log_records' : 'logRecords') : 'spans';
  const isResourceBehind = scopes !== -1 && (own === -1 || own > scopes);
  return {
    signal,
    isResourceBehind,
    path: [resource, scope ?? (isSnake ? 'scope_spans' : 'scopeSpans'), leaf],
  };
}

export function recogniseOtlp({ head }: Pick<Place, 'head'>): { dialect: string } | undefined {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, 65_536)).toString('utf8');
  if (jsonShapeOf(text) !== undefined) return { dialect: 'json' };
  return framingOf(head) === undefined ? undefined : { dialect: 'protobuf' };
}
