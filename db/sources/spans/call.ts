import { amountOf, countOf, isRecord, jsonOf, textOf, toCount } from './attributes';
import { isPlaceholder } from './recorders';
import type { Attributes } from './span';

/** What a span is among LM calls. `wrapper`: says usage of its own, but of what is below it (an agent, a chain, an SDK's outer operation). */
export type SpanRole = 'call' | 'wrapper' | 'tool' | 'agent' | 'other';

/** What makes a span say usage. */
interface CallFigures {
  readonly inputTokens: bigint | null;
  readonly outputTokens: bigint | null;
  readonly totalTokens: bigint | null;
  /** Dollars, where the recorder says them. */
  readonly costUsd: number | null;
}

export interface CallUsage extends CallFigures {
  readonly model: string | null;
  readonly provider: string | null;
  readonly cacheReadTokens: bigint | null;
  readonly cacheWriteTokens: bigint | null;
  readonly reasoningTokens: bigint | null;
}

/** Attributes under these names speak of LM calls, tools or agents: a span without any is none of them. */
const SPEAKING =
  /^(?:gen_ai\.|llm\.|openinference\.|ai\.|junjo\.|traceloop\.|embedding\.|operation\.cost$|mlflow\.spanType$|langtrace\.service\.|langfuse\.observation\.|gcp\.vertex\.agent\.)/;

/** Of these nearly every such span has one: going through all names takes ten times as long. */
const LIKELY = [
  'junjo.telemetry.contract_version',
  'gen_ai.operation.name',
  'openinference.span.kind',
  'ai.operationId',
  'traceloop.span.kind',
];

export function speaksOfAgents(attributes: Attributes): boolean {
  for (const name of LIKELY) if (attributes[name] !== undefined) return true;
  for (const name in attributes) if (SPEAKING.test(name)) return true;
  return false;
}

const CALLS = new Set([
  'chat',
  'text_completion',
  'generate_content',
  'completion',
  'embeddings',
  'embedding',
  'embed',
  'messages',
  'responses',
]);
const MODEL_NAMES = [
  'gen_ai.response.model',
  'gen_ai.request.model',
  'llm.model_name',
  'llm.response.model',
  'llm.request.model',
  'llm.model',
];
const AGENTS = new Set(['invoke_agent', 'create_agent', 'invoke_workflow', 'agent', 'chain', 'workflow']);

export interface SpanPart {
  readonly role: SpanRole;
  /** What it says of a call; null where nothing of it would count. */
  readonly usage: CallUsage | null;
}

/** What the recorder says the span is; by its usage and model where it says nothing. */
export function partOf(attributes: Attributes): SpanPart {
  if (isPlaceholder(attributes)) return { role: 'other', usage: null };
  const role = namedRole(attributes);
  if (role === 'tool') return { role, usage: null };
  const junjo = junjoUsage(attributes);
  const figures = figuresOf(attributes, junjo);
  // Most spans have none: what else belongs to a call is not looked for in them.
  if (role !== 'call' && !hasUsage(figures)) return { role, usage: null };
  return { role: role === 'call' ? role : 'wrapper', usage: usageOf(attributes, figures, junjo) };
}

function namedRole(attributes: Attributes): SpanRole {
  const operation = textOf(attributes, 'gen_ai.operation.name')?.toLowerCase();
  if (operation !== undefined) {
    if (CALLS.has(operation)) return 'call';
    if (operation === 'execute_tool') return 'tool';
    if (AGENTS.has(operation)) return 'agent';
  }
  const kind = textOf(attributes, 'openinference.span.kind')?.toUpperCase();
  if (kind !== undefined) {
    if (kind === 'LLM' || kind === 'EMBEDDING') return 'call';
    if (kind === 'TOOL' || kind === 'RETRIEVER') return 'tool';
    return kind === 'AGENT' ? 'agent' : 'other';
  }
  const junjo = textOf(attributes, 'junjo.agent.operation_type');
  if (junjo !== null) return junjo === 'model_request' ? 'call' : junjo === 'tool' ? 'tool' : 'other';
  const junjoType = textOf(attributes, 'junjo.span_type');
  if (junjoType !== null) return junjoType === 'agent' ? 'agent' : 'other';
  if (textOf(attributes, 'ai.operationId') === 'ai.toolCall') return 'tool';
  // The Vercel SDK makes an outer span for each operation, with the usage of the `.do…` spans below it said again.
  const vercel = vercelOperationOf(attributes);
  if (vercel !== undefined) return vercel.isRequest ? 'call' : 'other';
  const traceloop = textOf(attributes, 'traceloop.span.kind')?.toLowerCase();
  if (traceloop === 'tool') return 'tool';
  if (traceloop === 'agent') return 'agent';
  if (traceloop === 'workflow' || traceloop === 'task') return 'other';
  if (textOf(attributes, 'llm.request.type') !== null) return 'call';
  if (textOf(attributes, 'gen_ai.tool.name') !== null) return 'tool';
  return textOf(attributes, ...MODEL_NAMES) !== null && textOf(attributes, 'gen_ai.agent.name') === null
    ? 'call'
    : 'other';
}

/** The operation that a span of the Vercel SDK is of, and whether it is the request itself; undefined: the span is none of that SDK. */
export function vercelOperationOf(
  attributes: Attributes,
): { readonly name: string; readonly isRequest: boolean } | undefined {
  const id = textOf(attributes, 'ai.operationId');
  if (id === null || id === 'ai.toolCall') return undefined;
  const name = id.replace(/\.do[A-Z]\w*$/, '');
  return { name, isRequest: name !== id };
}

export function hasUsage(usage: CallFigures): boolean {
  return (
    usage.inputTokens !== null ||
    usage.outputTokens !== null ||
    usage.totalTokens !== null ||
    usage.costUsd !== null
  );
}

/** Tokens and cost by the names that the recorders in the wild give them, the current convention's first. */
function figuresOf(a: Attributes, junjo: JunjoUsage): CallFigures {
  const inputTokens =
    countOf(
      a,
      'gen_ai.usage.input_tokens',
      'gen_ai.usage.prompt_tokens',
      'llm.token_count.prompt',
      'llm.usage.prompt_tokens',
      'ai.usage.inputTokens',
      'ai.usage.promptTokens',
      'ai.usage.tokens',
    ) ?? toCount(junjo.inputTokens);
  const outputTokens =
    countOf(
      a,
      'gen_ai.usage.output_tokens',
      'gen_ai.usage.completion_tokens',
      'llm.token_count.completion',
      'llm.usage.completion_tokens',
      'ai.usage.outputTokens',
      'ai.usage.completionTokens',
    ) ?? toCount(junjo.outputTokens);
  const total =
    countOf(
      a,
      'gen_ai.usage.total_tokens',
      'llm.token_count.total',
      'llm.usage.total_tokens',
      'ai.usage.totalTokens',
    ) ?? toCount(junjo.totalTokens);
  const isKnown = inputTokens !== null || outputTokens !== null;
  return {
    inputTokens,
    outputTokens,
    totalTokens: total ?? (isKnown ? (inputTokens ?? 0n) + (outputTokens ?? 0n) : null),
    costUsd: costOfCall(a),
  };
}

function usageOf(a: Attributes, figures: CallFigures, junjo: JunjoUsage): CallUsage {
  const { inputTokens, outputTokens, totalTokens, costUsd } = figures;
  return {
    inputTokens,
    outputTokens,
    totalTokens,
    costUsd,
    model: textOf(
      a,
      ...MODEL_NAMES,
      'embedding.model_name',
      'ai.response.model',
      'ai.model.id',
      'junjo.agent.model.name',
    ),
    provider: providerOf(a),
    cacheReadTokens:
      countOf(
        a,
        'gen_ai.usage.cache_read.input_tokens',
        'gen_ai.usage.cache_read_input_tokens',
        'gen_ai.usage.cached_input_tokens',
        'gen_ai.usage.cached_tokens',
        'gen_ai.usage.input_tokens.cached',
        'gen_ai.usage.details.cache_read_tokens',
        'gen_ai.usage.details.cached_tokens',
        'llm.token_count.prompt_details.cache_read',
        'llm.usage.cache_read_input_tokens',
        'ai.usage.cachedInputTokens',
      ) ?? toCount(junjo.cachedInputTokens),
    cacheWriteTokens: countOf(
      a,
      'gen_ai.usage.cache_creation.input_tokens',
      'gen_ai.usage.cache_creation_input_tokens',
      'gen_ai.usage.details.cache_write_tokens',
      'gen_ai.usage.input_tokens.cache_write',
      'llm.token_count.prompt_details.cache_write',
      'llm.usage.cache_creation_input_tokens',
    ),
    reasoningTokens:
      countOf(
        a,
        'gen_ai.usage.reasoning.output_tokens',
        'gen_ai.usage.reasoning_tokens',
        'gen_ai.usage.output_tokens.reasoning',
        'gen_ai.usage.details.reasoning_tokens',
        'llm.token_count.completion_details.reasoning',
        'llm.usage.reasoning_tokens',
        'ai.usage.reasoningTokens',
      ) ?? toCount(junjo.reasoningTokens),
  };
}

function costOfCall(a: Attributes): number | null {
  const total = amountOf(
    a,
    'llm.cost.total',
    'gen_ai.usage.cost',
    'gen_ai.usage.total_cost',
    'gen_ai.cost.total',
    'gen_ai.cost.total_cost',
    'operation.cost',
  );
  if (total !== null) return total;
  const input = amountOf(a, 'llm.cost.prompt', 'gen_ai.usage.input_cost', 'gen_ai.cost.input_cost');
  const output = amountOf(a, 'llm.cost.completion', 'gen_ai.usage.output_cost', 'gen_ai.cost.output_cost');
  return input === null && output === null ? null : (input ?? 0) + (output ?? 0);
}

type JunjoUsage = Readonly<Record<string, unknown>>;

/** A request's usage (numbers), or an agent's sums of them (`{fields: {inputTokens: {sum}}}`). */
function junjoUsage(a: Attributes): JunjoUsage {
  const own = jsonOf(a['junjo.agent.model.usage']);
  if (isRecord(own)) return own;
  const sums = jsonOf(a['junjo.agent.usage']);
  if (!isRecord(sums) || !isRecord(sums.fields)) return {};
  return Object.fromEntries(
    Object.entries(sums.fields).map(([name, field]) => [name, isRecord(field) ? field.sum : undefined]),
  );
}

/** Vercel names the API as well: `openai.responses` is openai. */
const API_SUFFIX = /\.(?:responses|chat|completion|messages|embedding|image|generative-ai)$/;

function providerOf(a: Attributes): string | null {
  const name = textOf(
    a,
    'gen_ai.provider.name',
    'gen_ai.system',
    'llm.provider',
    'llm.system',
    'llm.vendor',
    'ai.model.provider',
    'junjo.agent.model.provider',
  );
  return name === null ? null : name.toLowerCase().replace(API_SUFFIX, '');
}

/** The agent that a span speaks for, by name. */
export function agentOf(a: Attributes): string | null {
  return textOf(a, 'gen_ai.agent.name', 'agent.name', 'junjo.agent.name', 'llm.agent.name', 'agent_name');
}

/** The tool that a tool span ran. */
export function toolOf(a: Attributes): string | null {
  return textOf(
    a,
    'gen_ai.tool.name',
    'tool.name',
    'junjo.agent.tool.name',
    'ai.toolCall.name',
    'traceloop.entity.name',
  );
}
