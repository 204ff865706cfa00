import type { SessionStatus } from '../../model';
import type { CallUsage } from './call';
import type { StoreSpan } from './junjo-stores';
import { type Span, timeOfMs } from './span';
import type { TreeSpan } from './tree';

/** What is known of a trace as its spans come by; small, as it stays until everything is read. */
export interface Trace {
  readonly traceId: string;
  title: string | null;
  /** The earliest span without a parent named the title. */
  rootStartMs: number;
  hasRoot: boolean;
  isRootEnded: boolean;
  rootError: string | null;
  startMs: number;
  endMs: number;
  service: string | null;
  resource: string;
  groupId: string | null;
  userId: string | null;
  spans: number;
  failedSpans: number;
  steps: number;
  sequence: number;
  /** Calls that were counted, of the parts that were put together. */
  calls: number;
  /** Its row is not in the mirror as it is now. */
  isDue: boolean;
  pending: PendingTrace | undefined;
}

/** A span that an event is made of. */
export interface HeldSpan {
  readonly span: Span;
  readonly usage: CallUsage | null;
}

export interface PendingSpan extends TreeSpan {
  readonly held: HeldSpan | undefined;
}

/** The part of a trace that was not put together yet. */
export interface PendingTrace {
  readonly spans: PendingSpan[];
  /** Those that tell of Junjo's stores and graphs. */
  readonly stores: StoreSpan[];
  /** Outer spans of the Vercel SDK. */
  readonly operations: { readonly place: number; readonly name: string }[];
  characters: number;
  /** When it last grew. */
  block: number;
  /** An agent's sum has nothing below it that says it too, yet. */
  isIncomplete: boolean;
}

export function newTrace(traceId: string): Trace {
  return {
    traceId,
    title: null,
    rootStartMs: Number.POSITIVE_INFINITY,
    hasRoot: false,
    isRootEnded: false,
    rootError: null,
    startMs: Number.POSITIVE_INFINITY,
    endMs: Number.NEGATIVE_INFINITY,
    service: null,
    resource: '{}',
    groupId: null,
    userId: null,
    spans: 0,
    failedSpans: 0,
    steps: 0,
    sequence: 0,
    calls: 0,
    isDue: true,
    pending: undefined,
  };
}

/** As far as it is known. */
export function sessionRow(trace: Trace) {
  const startedAt = timeOfMs(trace.startMs);
  const ended: SessionStatus = trace.hasRoot && trace.isRootEnded ? 'completed' : 'unknown';
  return {
    session_id: trace.traceId,
    experiment_id: null,
    kind: 'trace' as const,
    title: trace.title ?? trace.service,
    status: trace.rootError === null ? ended : ('error' as const),
    created_at: startedAt,
    started_at: startedAt,
    ended_at: timeOfMs(trace.endMs),
    error: trace.rootError,
    metadata: metadataOf(trace),
  };
}

function metadataOf({ service, groupId, userId, spans, failedSpans, resource }: Trace): string {
  const group = groupId === null ? '' : `,"session.id":${JSON.stringify(groupId)}`;
  const user = userId === null ? '' : `,"user.id":${JSON.stringify(userId)}`;
  return `{"service_name":${JSON.stringify(service)}${group}${user},"spans":${spans},"failed_spans":${failedSpans},"resource":${resource}}`;
}
