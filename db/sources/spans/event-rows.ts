import { costOf, type EventType, priceOf } from '../../model';
import { toJson } from '../documents';
import type { NewRow } from '../row-chunks';
import { textOf } from './attributes';
import { type CallUsage, type SpanRole, toolOf } from './call';
import { type Attributes, type Span, timeOf } from './span';

export interface EventPlace {
  readonly eventKey: bigint;
  readonly stepKey: bigint | null;
  readonly systemId: string | null;
  readonly sequence: bigint;
  readonly role: SpanRole;
  /** Of what counts as an LM call; null: it does not. */
  readonly usage: CallUsage | null;
}

type EventCost = Pick<NewRow<'events'>, 'cost_usd' | 'cost_basis'>;

const NO_COST: EventCost = { cost_usd: null, cost_basis: null };

/** The event that a span is. */
export function eventRow(span: Span, place: EventPlace): NewRow<'events'> {
  const { attributes } = span;
  const { usage } = place;
  const { cost_usd, cost_basis } = usage === null ? NO_COST : costOfUsage(usage);
  return {
    event_key: place.eventKey,
    session_id: span.traceId,
    step_key: place.stepKey,
    event_type: eventTypeOf(place),
    name: place.role === 'tool' ? (toolOf(attributes) ?? span.name) : span.name,
    system_id: place.systemId,
    occurred_at: timeOf(span.startNs ?? span.endNs),
    sequence: place.sequence,
    model: usage?.model ?? null,
    provider: usage?.provider ?? null,
    input_tokens: usage?.inputTokens ?? null,
    output_tokens: usage?.outputTokens ?? null,
    total_tokens: usage?.totalTokens ?? null,
    cache_read_tokens: usage?.cacheReadTokens ?? null,
    cache_write_tokens: usage?.cacheWriteTokens ?? null,
    reasoning_tokens: usage?.reasoningTokens ?? null,
    cost_usd,
    cost_basis,
    latency_ms: latencyOf(span),
    span_id: span.spanId,
    trace_id: span.traceId,
    reward: null,
    terminated: null,
    truncated: null,
    error: errorOf(span),
  };
}

function eventTypeOf({ role, usage }: EventPlace): EventType {
  if (usage !== null) return 'cais';
  return role === 'tool' ? 'environment' : 'runtime';
}

export function latencyOf({ startNs, endNs }: Span): number | null {
  return startNs === null || endNs === null || endNs < startNs ? null : Number(endNs - startNs) / 1e6;
}

/** What went wrong, in the recorder's words. */
export function errorOf({ status, statusMessage, events, attributes }: Span): string | null {
  if (status !== 'ERROR') return null;
  if (statusMessage !== null && statusMessage !== '') return statusMessage;
  const exception = events.find(({ name }) => name === 'exception')?.attributes ?? {};
  return (
    textOf(exception, 'exception.message', 'exception.type') ??
    textOf(attributes, 'error.message', 'exception.message', 'error.type') ??
    'The span ended with an error.'
  );
}

/**
 * Both conventions count cached tokens among the input. The mirror's price table takes Anthropic's own way, where they stand apart, so calls of
 * its models are priced here.
 */
function costOfUsage(usage: CallUsage): EventCost {
  if (usage.costUsd !== null) return { cost_usd: usage.costUsd, cost_basis: 'reported' };
  const { model, provider, inputTokens, outputTokens } = usage;
  const price = model === null || !areCachedIncluded(usage) ? undefined : priceOf(model, provider);
  if (price === undefined || inputTokens === null || cachedOf(usage) === 0n)
    return { cost_usd: null, cost_basis: 'unpriced' };
  const tokens = {
    input: Number(inputTokens),
    output: Number(outputTokens ?? 0n),
    cacheRead: Number(usage.cacheReadTokens ?? 0n),
    cacheWrite: Number(usage.cacheWriteTokens ?? 0n),
  };
  return { cost_usd: costOf(tokens, price), cost_basis: 'priced' };
}

function cachedOf({ cacheReadTokens, cacheWriteTokens }: CallUsage): bigint {
  return (cacheReadTokens ?? 0n) + (cacheWriteTokens ?? 0n);
}

/** More cached tokens than input tokens cannot be among them. */
function areCachedIncluded(usage: CallUsage): boolean {
  return usage.inputTokens === null || cachedOf(usage) <= usage.inputTokens;
}

const REQUEST = /^(?:gen_ai\.request\.|llm\.invocation_parameters|llm\.request\.|ai\.settings\.)/;
const USAGE =
  /^(?:gen_ai\.usage\.|llm\.token_count\.|llm\.usage\.|llm\.cost\.|ai\.usage\.|junjo\.agent\.(?:model\.)?usage$|operation\.cost$|mlflow\.chat\.tokenUsage$|mlflow\.llm\.cost$|llm\.token\.counts$|langfuse\.observation\.(?:usage|cost)_details$)/;

/** What the span says of the call (its usage as it was recorded), or of the tool that ran. */
export function payloadRow(span: Span, place: EventPlace): NewRow<'event_payloads'> | undefined {
  const { role, usage } = place;
  if (usage === null && role !== 'tool') return undefined;
  return {
    event_key: place.eventKey,
    session_id: span.traceId,
    call_records: usage === null ? null : toJson([callRecord(span, usage)]),
    state_before: null,
    state_after: null,
    metadata: role === 'tool' ? toJson(toolRecord(span.attributes)) : null,
  };
}

/** As a number where one holds it: JSON of a bigint takes ten times as long. */
function plainCount(count: bigint | null): number | bigint | null {
  return count !== null && count <= MOST_PLAIN ? Number(count) : count;
}

const MOST_PLAIN = BigInt(Number.MAX_SAFE_INTEGER);

function callRecord(span: Span, usage: CallUsage) {
  const { attributes } = span;
  const error = errorOf(span);
  const names = Object.keys(attributes);
  return {
    call_id: textOf(attributes, 'gen_ai.response.id', 'ai.response.id'),
    api_type: textOf(attributes, 'gen_ai.operation.name', 'ai.operationId', 'openinference.span.kind'),
    provider: usage.provider,
    model_name: usage.model,
    latency_ms: latencyOf(span),
    request_params: pick(attributes, names, REQUEST),
    usage: {
      input_tokens: plainCount(usage.inputTokens),
      output_tokens: plainCount(usage.outputTokens),
      total_tokens: plainCount(usage.totalTokens),
      cache_read_tokens: plainCount(usage.cacheReadTokens),
      cache_write_tokens: plainCount(usage.cacheWriteTokens),
      reasoning_tokens: plainCount(usage.reasoningTokens),
      cost_usd: usage.costUsd,
      input_includes_cached: areCachedIncluded(usage),
      recorded: pick(attributes, names, USAGE),
    },
    finish_reason:
      attributes['gen_ai.response.finish_reasons'] ?? attributes['ai.response.finishReason'] ?? null,
    outcome: error === null ? 'success' : 'error',
    error,
  };
}

function toolRecord(a: Attributes) {
  return {
    call_id: textOf(a, 'gen_ai.tool.call.id', 'tool_call.id', 'junjo.agent.tool_call.id', 'ai.toolCall.id'),
    arguments:
      a['gen_ai.tool.call.arguments'] ??
      a['junjo.agent.tool.arguments'] ??
      a['ai.toolCall.args'] ??
      a['tool.parameters'] ??
      a.tool_arguments ??
      a['gcp.vertex.agent.tool_call_args'] ??
      a['traceloop.entity.input'] ??
      a['input.value'] ??
      null,
    result:
      a['gen_ai.tool.call.result'] ??
      a['junjo.agent.tool.result'] ??
      a['ai.toolCall.result'] ??
      a.tool_response ??
      a['gcp.vertex.agent.tool_response'] ??
      a['traceloop.entity.output'] ??
      a['output.value'] ??
      null,
  };
}

function pick(attributes: Attributes, names: readonly string[], wanted: RegExp): Attributes {
  const picked: Record<string, unknown> = {};
  for (const name of names) if (wanted.test(name)) picked[name] = attributes[name];
  return picked;
}
