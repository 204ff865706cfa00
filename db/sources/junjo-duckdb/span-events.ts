import { z } from 'zod';
import type { DocumentRows } from '../documents';
import { parseJson } from '../documents';
import type { RowMaker } from '../duckdb';
import type { RowChunks } from '../row-chunks';
import { isRecord, kindOf, nanosecondsOf, type Span, SpanCollector, statusOf } from '../spans';
import type { SourceWarning } from '../types';

const text = z.string().nullable();
const spanRow = z.object({
  trace_id: z.string(),
  span_id: z.string(),
  parent_span_id: text,
  service_name: text,
  name: text,
  kind: text,
  start_ns: z.bigint().nullable(),
  end_ns: z.bigint().nullable(),
  status_code: text,
  status_message: text,
  attributes_json: text,
  events_json: text,
  junjo_id: text,
  junjo_span_type: text,
  junjo_wf_state_start: text,
  junjo_wf_state_end: text,
  junjo_wf_graph_structure: text,
  junjo_wf_store_id: text,
});

type Mode = 'append' | 'upsert';

/** Traces are put together that did not grow for some of these. */
const BLOCK_SPANS = 1_000;

/**
 * What the spans mean: calls, tools, messages and steps, as every recorder's spans are understood (`db/sources/spans`). The spans themselves,
 * their traces and patches are read in SQL.
 */
export class SpanEvents implements RowMaker {
  private readonly found = new Map<string, SourceWarning>();
  private target: { rows: RowChunks; mode: Mode } | undefined;
  private readonly collector = new SpanCollector(this.documentRows());
  private spans = 0;

  get warnings(): readonly SourceWarning[] {
    return [...this.found.values()];
  }

  take(value: Readonly<Record<string, unknown>>, rows: RowChunks, mode: Mode): void {
    this.target = { rows, mode };
    const row = spanRow.parse(value);
    const size = (row.attributes_json?.length ?? 0) + (row.events_json?.length ?? 0);
    this.collector.add(spanOf(row), `span ${row.span_id}`, size);
    this.spans += 1;
    if (this.spans % BLOCK_SPANS === 0) this.collector.endBlock();
  }

  finish(rows: RowChunks, mode: Mode): void {
    this.target = { rows, mode };
    this.collector.endFile();
  }

  private documentRows(): DocumentRows {
    const warn = (message: string, at: number | string | undefined, count = 1) => {
      const before = this.found.get(message);
      const first = before?.at ?? String(at ?? 'spans');
      this.found.set(message, { at: first, message, count: (before?.count ?? 0) + count });
    };
    return {
      key: BigInt,
      add: (table, row) => {
        if (table === 'spans' || table === 'state_patches') return;
        this.target?.rows.add(table, row, this.target.mode);
      },
      // Spans alone come as lines.
      addLine: () => undefined,
      addSession: () => undefined,
      claim: (wanted) => wanted,
      flushWhenFull: async () => undefined,
      read: () => undefined,
      skip: (at, reason) => warn(reason, at),
      unfinished: (at, reason) => warn(reason, at),
      warn: (message, at, count) => warn(message, at, count),
      warnOnce: (message, at) => warn(message, at),
      keep: () => undefined,
      saidWhileFresh: () => undefined,
      goOn: () => undefined,
    };
  }
}

function spanOf(row: z.infer<typeof spanRow>): Span {
  const parsed = parsedOr(row.attributes_json, {});
  return {
    traceId: row.trace_id,
    spanId: row.span_id,
    parentSpanId: row.parent_span_id,
    serviceName: row.service_name,
    name: row.name,
    kind: kindOf(row.kind),
    startNs: row.start_ns,
    endNs: row.end_ns,
    status: statusOf(row.status_code),
    statusMessage: row.status_message,
    // Junjo's server has taken these out of the attributes into columns of their own.
    attributes: {
      ...(isRecord(parsed) ? parsed : {}),
      ...(row.junjo_id === null ? {} : { 'junjo.id': row.junjo_id }),
      ...(row.junjo_span_type === null ? {} : { 'junjo.span_type': row.junjo_span_type }),
      ...storeOf(row),
    },
    events: eventsOf(row.events_json),
    links: [],
    traceFlags: null,
    traceState: null,
    resource: {},
  };
}

/** By which its states are replayed; under one name, whichever kind of run it is. */
function storeOf(row: z.infer<typeof spanRow>): Span['attributes'] {
  if (row.junjo_wf_store_id === null) return {};
  return {
    'junjo.workflow.store.id': row.junjo_wf_store_id,
    'junjo.workflow.state.start': row.junjo_wf_state_start,
    'junjo.workflow.state.end': row.junjo_wf_state_end,
    'junjo.workflow.graph_structure': row.junjo_wf_graph_structure,
  };
}

/** `set_state` events are here for the replay; as patches they are read on their own. */
function eventsOf(json: string | null): Span['events'] {
  const parsed = parsedOr(json, []);
  if (!Array.isArray(parsed)) return [];
  return parsed.filter(isRecord).flatMap(({ name, timeUnixNano, attributes }) => {
    if (typeof name !== 'string') return [];
    return [
      { name, timeNs: nanosecondsOf(timeUnixNano), attributes: isRecord(attributes) ? attributes : {} },
    ];
  });
}

function parsedOr(json: string | null, fallback: unknown): unknown {
  if (json === null) return fallback;
  try {
    return parseJson(json);
  } catch {
    return fallback;
  }
}
