import { type Fields, isObject, noTokens, type ObservedNode, type Tokens, utcOf } from '../recorded-chat';

const CALL_TYPES = new Set(['llm', 'embedding']);

/** Kinds of runs so far. */
export const runTypes: ReadonlySet<string> = new Set([
  ...CALL_TYPES,
  'chain',
  'parser',
  'prompt',
  'retriever',
  'tool',
]);

/** The id of a run; a change that names none carries it at the end of its order. */
export function runIdOf(run: Fields): string | null {
  return (
    run.name('id') ?? /Z?([0-9a-f]{8}-[0-9a-f-]{27})$/i.exec(run.text('dotted_order') ?? '')?.[1] ?? null
  );
}

/** The order of a run names its parent: the part before the last. */
export function parentIdOf(run: Fields): string | null {
  const said = run.name('parent_run_id');
  if (said !== null) return said;
  const parts = (run.text('dotted_order') ?? '').split('.');
  return /Z([0-9a-f]{8}-[0-9a-f-]{27})$/i.exec(parts.at(-2) ?? '')?.[1] ?? null;
}

export function nodeOf(run: Fields): ObservedNode {
  const type = run.text('run_type');
  const extra = isObject(run.raw('extra')) ? run.object('extra') : undefined;
  const metadata = isObject(extra?.raw('metadata')) ? extra?.object('metadata') : undefined;
  const invocation = isObject(extra?.raw('invocation_params'))
    ? extra?.object('invocation_params')
    : undefined;
  const usage = usageOf(run, metadata);
  const isCall = type !== null && CALL_TYPES.has(type);
  return {
    id: runIdOf(run) ?? run.at,
    parentId: parentIdOf(run),
    name: run.text('name'),
    kind: isCall ? 'call' : type === 'tool' ? 'tool' : 'span',
    type,
    startAt: utcOf(run.raw('start_time')),
    endAt: utcOf(run.raw('end_time')),
    input: run.raw('inputs'),
    output: withoutUsage(run.raw('outputs')),
    model: modelOf(run, metadata, invocation),
    provider: metadata?.text('ls_provider') ?? null,
    tokens: isCall ? tokensOf(run, usage) : undefined,
    costUsd: isCall ? costOf(run, usage) : null,
    error: run.text('error') || (run.raw('status') === 'error' ? 'error' : null),
    requestParams: invocation?.value ?? null,
    attributes: withoutChildren(run.value),
    usage: usage?.value ?? null,
  };
}

/** What the server says that a run and all below it took. */
export function totalsOf(
  run: Fields,
): Pick<ObservedNode, 'costUsd'> & { readonly tokens: Tokens | undefined } {
  return { tokens: tokensOf(run, undefined), costUsd: costOf(run, undefined) };
}

/** The answer names the exact version; the request, what was asked for. */
function modelOf(run: Fields, metadata: Fields | undefined, invocation: Fields | undefined): string | null {
  const outputs = isObject(run.raw('outputs')) ? run.object('outputs') : undefined;
  const said = outputs?.raw('model');
  if (typeof said === 'string') return said;
  return metadata?.text('ls_model_name') ?? invocation?.text('model', 'model_name') ?? null;
}

/** Usage stands in one of several places, as the SDK's versions had it. */
function usageOf(run: Fields, metadata: Fields | undefined): Fields | undefined {
  const outputs = isObject(run.raw('outputs')) ? run.object('outputs') : undefined;
  const message = messageOf(outputs?.value);
  const places: unknown[] = [
    outputs?.raw('usage_metadata'),
    metadata?.raw('usage_metadata'),
    message?.usage_metadata,
    isObject(outputs?.raw('llm_output')) ? outputs?.object('llm_output')?.raw('token_usage') : undefined,
    isObject(message?.response_metadata) ? message.response_metadata.token_usage : undefined,
    outputs?.raw('usage'),
  ];
  const found = places.find(isObject);
  return found === undefined ? undefined : run.child('usage', found);
}

/** LangChain's `generations[0][0].message.kwargs`. */
function messageOf(outputs: unknown): Readonly<Record<string, unknown>> | undefined {
  const generations = isObject(outputs) ? outputs.generations : undefined;
  const first: unknown = Array.isArray(generations) ? generations.flat()[0] : undefined;
  const message = isObject(first) ? first.message : isObject(outputs) ? outputs.output : undefined;
  if (!isObject(message)) return undefined;
  return isObject(message.kwargs) ? message.kwargs : message;
}

function tokensOf(run: Fields, usage: Fields | undefined): Tokens | undefined {
  const inputDetails =
    detailsOf(usage, 'input_token_details', 'prompt_tokens_details') ??
    detailsOf(run, 'prompt_token_details');
  const outputDetails =
    detailsOf(usage, 'output_token_details', 'completion_tokens_details') ??
    detailsOf(run, 'completion_token_details');
  const tokens: Tokens = {
    ...noTokens,
    input: usage?.count('input_tokens', 'prompt_tokens') ?? run.count('prompt_tokens'),
    output: usage?.count('output_tokens', 'completion_tokens') ?? run.count('completion_tokens'),
    total: usage?.count('total_tokens') ?? run.count('total_tokens'),
    cacheRead:
      inputDetails?.count('cache_read', 'cached_tokens') ?? usage?.count('cache_read_input_tokens') ?? null,
    cacheWrite: cacheWriteIn(inputDetails) ?? usage?.count('cache_creation_input_tokens') ?? null,
    reasoning: outputDetails?.count('reasoning', 'reasoning_tokens') ?? null,
  };
  // The server writes zeros for a run that said nothing.
  const isZero = [tokens.input, tokens.output, tokens.total].every((count) => count === null || count === 0n);
  return isZero ? undefined : tokens;
}

/** LangChain says 0 for all cache writes where it tells them by how long they live. */
function cacheWriteIn(details: Fields | undefined): bigint | null {
  const all = details?.count('cache_creation') ?? null;
  const byLife = ['ephemeral_5m_input_tokens', 'ephemeral_1h_input_tokens']
    .map((name) => details?.count(name) ?? null)
    .filter((count) => count !== null);
  return all || byLife.length === 0 ? all : byLife.reduce((sum, count) => sum + count, 0n);
}

function detailsOf(usage: Fields | undefined, ...keys: readonly string[]): Fields | undefined {
  const key = keys.find((one) => isObject(usage?.raw(one)));
  return key === undefined ? undefined : usage?.object(key);
}

/** Dollars, which exports write as decimal text. */
function costOf(run: Fields, usage: Fields | undefined): number | null {
  const total = run.number('total_cost') ?? usage?.number('total_cost') ?? null;
  if (total !== null && total > 0) return total;
  const prompt = run.number('prompt_cost') ?? usage?.number('input_cost') ?? null;
  const completion = run.number('completion_cost') ?? usage?.number('output_cost') ?? null;
  const sum = (prompt ?? 0) + (completion ?? 0);
  return sum > 0 ? sum : null;
}

function withoutUsage(outputs: unknown): unknown {
  if (!isObject(outputs) || !('usage_metadata' in outputs)) return outputs;
  return Object.fromEntries(Object.entries(outputs).filter(([key]) => key !== 'usage_metadata'));
}

/** Streamed tokens are in the answer already; child runs are spans of their own. */
function withoutChildren(run: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { child_runs: _children, events, ...rest } = run;
  return Array.isArray(events) ? { ...rest, event_count: events.length } : rest;
}
