import type { ObservedNode } from '../recorded-chat';
import { type Fields, isObject, noTokens, numberOf, openJson, type Tokens, utcOf } from '../recorded-chat';

const TOOL_NAME = /^(?:running tool:|execute_tool\b|tool[.:])\s*/i;

/** An observation as Langfuse keeps it, keys in camel case. */
export function nodeOf(said: Fields): ObservedNode {
  const type = said.text('type');
  const name = said.text('name');
  const tokens = tokensOf(said);
  const costUsd = costOf(said);
  const isTool = type === 'TOOL' || (type === 'SPAN' && TOOL_NAME.test(name ?? ''));
  const isMeasured = tokens !== undefined || costUsd !== null;
  const kind =
    type === 'GENERATION' || type === 'EMBEDDING' || (isMeasured && !isTool)
      ? 'call'
      : isTool
        ? 'tool'
        : type === 'EVENT'
          ? 'note'
          : 'span';
  const isError = said.raw('level') === 'ERROR';
  return {
    id: said.name('id') ?? said.at,
    parentId: said.name('parentObservationId') || null,
    name: kind === 'tool' ? (name?.replace(TOOL_NAME, '') ?? null) : name,
    kind,
    type,
    startAt: utcOf(said.raw('startTime')),
    endAt: utcOf(said.raw('endTime')),
    input: openJson(said.raw('input')),
    output: openJson(said.raw('output')),
    model: said.text('model', 'providedModelName') || null,
    provider: providerOf(said),
    tokens,
    costUsd,
    error: isError ? said.text('statusMessage') || 'error' : null,
    requestParams: openJson(said.raw('modelParameters')),
    attributes: said.value,
    usage: openJson(said.raw('usageDetails')) ?? said.raw('usage'),
  };
}

function providerOf(said: Fields): string | null {
  const metadata = openJson(said.raw('metadata'));
  const attributes = isObject(metadata) ? openJson(metadata.attributes) : undefined;
  if (!isObject(attributes)) return null;
  const system =
    attributes['gen_ai.system'] ?? attributes['gen_ai.provider.name'] ?? attributes['llm.provider'];
  return typeof system === 'string' ? system : null;
}

/** Undefined: nothing was measured in tokens. Langfuse writes zeros then; older observations count characters, seconds or pictures. */
export function tokensOf(said: Fields): Tokens | undefined {
  const details = openJson(said.raw('usageDetails'));
  const usage = openJson(said.raw('usage'));
  const unit = isObject(usage) && typeof usage.unit === 'string' ? usage.unit : 'TOKENS';
  if (unit.toUpperCase() !== 'TOKENS') return undefined;
  const from = said.child('usageDetails', {
    ...(isObject(usage) ? usage : {}),
    ...(isObject(details) ? details : {}),
  });
  const find = (pattern: RegExp) => {
    const key = Object.keys(from.value).find((one) => pattern.test(one));
    return key === undefined ? null : from.count(key);
  };
  const sumOf = (pattern: RegExp) => {
    const keys = Object.keys(from.value).filter((one) => pattern.test(one));
    return keys.length === 0 ? null : keys.reduce((sum, key) => sum + (from.count(key) ?? 0n), 0n);
  };
  // LangChain says 0 for all cache writes where it tells them by how long they live.
  const written = find(/cache_?(?:creation|write)/i);
  const tokens: Tokens = {
    input:
      from.count('input', 'promptTokens', 'input_tokens') ??
      said.count('promptTokens', 'inputUsage', 'inputTokens'),
    output:
      from.count('output', 'completionTokens', 'output_tokens') ??
      said.count('completionTokens', 'outputUsage', 'outputTokens'),
    total: from.count('total', 'totalTokens') ?? said.count('totalTokens', 'totalUsage'),
    cacheRead: find(/cache_?read|cached|cacheRead/i),
    cacheWrite: written || (sumOf(/ephemeral_\d+[mh]/) ?? written),
    reasoning: find(/reasoning/i),
  };
  const isZero = [tokens.input, tokens.output, tokens.total].every((count) => count === null || count === 0n);
  return isZero && Object.keys(from.value).length === 0
    ? undefined
    : isZero && !hasCost(said)
      ? undefined
      : { ...noTokens, ...tokens };
}

function hasCost(said: Fields): boolean {
  return (costOf(said) ?? 0) > 0;
}

/** Dollars. A zero without details is what Langfuse writes for a model whose price it does not know. */
export function costOf(said: Fields): number | null {
  const details = openJson(said.raw('costDetails'));
  if (isObject(details) && Object.keys(details).length > 0) {
    const total = numberOf(details.total);
    const sum = Object.entries(details).reduce(
      (all, [key, value]) => (key === 'total' ? all : all + (numberOf(value) ?? 0)),
      0,
    );
    const cost = total ?? sum;
    if (cost > 0) return cost;
  }
  const total = said.number('totalCost', 'calculatedTotalCost');
  if (total !== null && total > 0) return total;
  const input = said.number('inputCost', 'calculatedInputCost');
  const output = said.number('outputCost', 'calculatedOutputCost');
  const sum = (input ?? 0) + (output ?? 0);
  return sum > 0 ? sum : null;
}
