import { type Fields, isObject, noTokens, numberOf, openJson, type Tokens } from '../recorded-chat';

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
  const written = find(WRITTEN);
  const told = {
    input:
      from.count('input', 'promptTokens', 'input_tokens') ??
      said.count('promptTokens', 'inputUsage', 'inputTokens'),
    output:
      from.count('output', 'completionTokens', 'output_tokens') ??
      said.count('completionTokens', 'outputUsage', 'outputTokens'),
    total: from.count('total', 'totalTokens') ?? said.count('totalTokens', 'totalUsage'),
    cacheRead: find(/cache_?read|cached|cacheRead/i),
    // LangChain says 0 for all cache writes where it tells them by how long they live.
    cacheWrite: written || (sumOf(from, (key) => WRITTEN_FOR.test(key)) ?? written),
    reasoning: find(/reasoning|thoughts/i),
  };
  const tokens = isObject(details) ? withApart(told, from.child('usageDetails', details)) : told;
  const isZero = [tokens.input, tokens.output, tokens.total].every((count) => count === null || count === 0n);
  if (isZero && (Object.keys(from.value).length === 0 || !hasCost(said))) return undefined;
  return { ...noTokens, ...tokens };
}

const WRITTEN = /cache_?(?:creation|write)(?!.*_\d+[mh]\b)/i;
const WRITTEN_FOR = /ephemeral_\d+[mh]|cache_?(?:creation|write)_\d+[mh]$/i;
const CACHED = /cache|ephemeral/i;

/**
 * Langfuse keeps what its integrations tell apart as parts that add up: then reasoning is not among the output, nor sound or pictures among the
 * input. Cached tokens stand beside the input as they do in the total.
 */
function withApart(tokens: Tokens, details: Fields): Tokens {
  const { input, output, total } = tokens;
  const all = sumOf(details, (key) => key !== 'total');
  if (input === null || output === null || total === null || total === input + output || total !== all)
    return tokens;
  const ofOutput = (key: string) => /^output|^completion|reasoning|thoughts/i.test(key);
  const isOther = (key: string) =>
    !['input', 'output', 'total', 'input_tokens', 'output_tokens'].includes(key);
  return {
    ...tokens,
    input: input + (sumOf(details, (key) => isOther(key) && !ofOutput(key) && !CACHED.test(key)) ?? 0n),
    output: output + (sumOf(details, (key) => isOther(key) && ofOutput(key)) ?? 0n),
  };
}

/** Null: there is no such key. */
function sumOf(details: Fields, isMeant: (key: string) => boolean): bigint | null {
  const keys = Object.keys(details.value).filter(isMeant);
  return keys.length === 0 ? null : keys.reduce((sum, key) => sum + (details.count(key) ?? 0n), 0n);
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
