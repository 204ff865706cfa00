import { toJson } from '../documents';
import { noJunjo } from '../no-span';
import type { NewRow } from '../row-chunks';
import { textOf } from './attributes';
import { type Attributes, type Span, timeOf } from './span';

/** The row of a span; a trace is a session. */
export function spanRow(span: Span): NewRow<'spans'> {
  const { attributes } = span;
  return {
    trace_id: span.traceId,
    span_id: span.spanId,
    parent_span_id: span.parentSpanId,
    session_id: span.traceId,
    service_name: span.serviceName,
    name: span.name,
    kind: span.kind,
    start_ns: span.startNs,
    end_ns: span.endNs,
    start_time: timeOf(span.startNs),
    end_time: timeOf(span.endNs),
    status_code: span.status,
    status_message: span.statusMessage,
    attributes_json: jsonText(attributes),
    events_json: span.events.length === 0 ? null : jsonText(span.events.map(eventJson)),
    links_json: span.links.length === 0 ? null : jsonText(span.links),
    trace_flags: span.traceFlags,
    trace_state: span.traceState,
    ...junjoColumns(attributes),
  };
}

/** Without the search for bigints where there is none: most spans have none. */
function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return toJson(value);
  }
}

function eventJson({ name, timeNs, attributes }: Span['events'][number]) {
  return { name, timeUnixNano: timeNs === null ? null : String(timeNs), attributes };
}

type JunjoColumns = Pick<
  NewRow<'spans'>,
  | 'junjo_id'
  | 'junjo_parent_id'
  | 'junjo_span_type'
  | 'junjo_wf_state_start'
  | 'junjo_wf_state_end'
  | 'junjo_wf_graph_structure'
  | 'junjo_wf_store_id'
>;

/** The attributes that each of Junjo's columns is: by version 1's name, then that of version 2, where a run has an id of its own. */
export const junjoNames = {
  junjo_id: ['junjo.id', 'junjo.executable_runtime_id'],
  junjo_parent_id: ['junjo.parent_id', 'junjo.parent_executable_runtime_id'],
  junjo_span_type: ['junjo.span_type'],
  junjo_wf_state_start: ['junjo.workflow.state.start', 'junjo.agent.state.start'],
  junjo_wf_state_end: ['junjo.workflow.state.end', 'junjo.agent.state.end'],
  junjo_wf_graph_structure: ['junjo.workflow.graph_structure', 'junjo.workflow.execution_graph_snapshot'],
  junjo_wf_store_id: ['junjo.workflow.store.id', 'junjo.agent.store.id'],
} as const satisfies Record<keyof JunjoColumns, readonly string[]>;

export function junjoColumns(a: Attributes): JunjoColumns {
  if (a['junjo.span_type'] === undefined && a['junjo.id'] === undefined) return noJunjo;
  return {
    junjo_id: textOf(a, ...junjoNames.junjo_id),
    junjo_parent_id: textOf(a, ...junjoNames.junjo_parent_id),
    junjo_span_type: textOf(a, ...junjoNames.junjo_span_type),
    junjo_wf_state_start: stateText(a, junjoNames.junjo_wf_state_start),
    junjo_wf_state_end: stateText(a, junjoNames.junjo_wf_state_end),
    junjo_wf_graph_structure: stateText(a, junjoNames.junjo_wf_graph_structure),
    junjo_wf_store_id: textOf(a, ...junjoNames.junjo_wf_store_id),
  };
}

function stateText(a: Attributes, names: readonly string[]): string | null {
  for (const name of names) {
    const value = a[name];
    if (value === undefined || value === null || value === '') continue;
    return typeof value === 'string' ? value : jsonText(value);
  }
  return null;
}

/** The `set_state` events of a span. A no-op is recorded as `{}` and kept as it is. */
export function patchRows(span: Span): NewRow<'state_patches'>[] {
  if (!span.events.some(({ name }) => name === 'set_state')) return [];
  const columns = junjoColumns(span.attributes);
  const isWorkflow = columns.junjo_span_type === 'workflow' || columns.junjo_span_type === 'subflow';
  return span.events.flatMap((event, index) => {
    const patch = event.name === 'set_state' ? stateText(event.attributes, ['junjo.state_json_patch']) : null;
    if (patch === null) return [];
    return [
      {
        patch_id: textOf(event.attributes, 'id') ?? `${span.spanId}.${index}`,
        service_name: span.serviceName,
        trace_id: span.traceId,
        span_id: span.spanId,
        workflow_id: isWorkflow ? columns.junjo_id : columns.junjo_parent_id,
        node_id: isWorkflow ? null : columns.junjo_id,
        event_time: timeOf(event.timeNs),
        event_ns: event.timeNs,
        patch_json: patch,
        patch_store_id: textOf(event.attributes, 'junjo.store.id'),
      },
    ];
  });
}
