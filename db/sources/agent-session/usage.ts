import { priceOf } from '../../model';
import { amountOf, countOf, type Json, jsonOf, listOf, sumOf } from './values';

/** Tokens of a call, as the canonical event keeps them. */
export interface Usage {
  readonly input_tokens: bigint | null;
  readonly output_tokens: bigint | null;
  readonly total_tokens: bigint | null;
  readonly cache_read_tokens: bigint | null;
  readonly cache_write_tokens: bigint | null;
  readonly reasoning_tokens: bigint | null;
}

/** Anthropic's `usage`. Undefined: it says no tokens. `total` is all that was processed, cached tokens included. */
export function anthropicUsage(value: unknown): Usage | undefined {
  const usage = jsonOf(value);
  if (countOf(usage.input_tokens) === null && countOf(usage.output_tokens) === null) return undefined;
  const parts = [usage, ...compactionsIn(usage)];
  const sumIn = (count: (part: Json) => bigint | null) => sumOf(...parts.map(count));
  const input = sumIn((part) => countOf(part.input_tokens));
  const output = sumIn((part) => countOf(part.output_tokens));
  const read = sumIn((part) => countOf(part.cache_read_input_tokens));
  const written = sumIn(writtenIn);
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: sumOf(input, output, read, written),
    cache_read_tokens: read,
    cache_write_tokens: written,
    reasoning_tokens: null,
  };
}

function writtenIn(usage: Json): bigint | null {
  const split = jsonOf(usage.cache_creation);
  return (
    countOf(usage.cache_creation_input_tokens) ??
    sumOf(countOf(split.ephemeral_5m_input_tokens), countOf(split.ephemeral_1h_input_tokens))
  );
}

/** What the provider took to compact the conversation on its way: it is billed, and not among the figures of the answer. */
function compactionsIn(usage: Json): readonly Json[] {
  return listOf(usage.iterations)
    .map(jsonOf)
    .filter(({ type }) => type === 'compaction');
}

/** OpenAI's `usage`, of the Responses and of the Chat Completions API, and Codex's own names for it. */
export function openAiUsage(value: unknown): Usage | undefined {
  const usage = jsonOf(value);
  const input = countOf(usage.input_tokens ?? usage.prompt_tokens);
  const output = countOf(usage.output_tokens ?? usage.completion_tokens);
  if (input === null && output === null) return undefined;
  const inputDetails = jsonOf(usage.input_tokens_details ?? usage.prompt_tokens_details);
  const outputDetails = jsonOf(usage.output_tokens_details ?? usage.completion_tokens_details);
  return {
    input_tokens: input,
    output_tokens: output,
    total_tokens: countOf(usage.total_tokens) ?? sumOf(input, output),
    cache_read_tokens: countOf(
      usage.cached_input_tokens ??
        inputDetails.cached_tokens ??
        usage.cached_tokens ??
        usage.cache_read_input_tokens,
    ),
    cache_write_tokens: countOf(usage.cache_write_input_tokens ?? inputDetails.cache_write_tokens),
    reasoning_tokens: countOf(usage.reasoning_output_tokens ?? outputDetails.reasoning_tokens),
  };
}

/** Cache writes that live an hour cost twice the input price; the price table knows only those of five minutes. */
const HOUR_FACTOR = 2;

/** Dollars of a call with hour-long cache writes, which the mirror's own pricing would put too low. Null: it may price it. */
export function hourCacheCost(usage: Usage, raw: Json, model: string | null): number | null {
  const hour = [raw, ...compactionsIn(raw)].reduce(
    (sum, part) => sum + (amountOf(jsonOf(part.cache_creation).ephemeral_1h_input_tokens) ?? 0),
    0,
  );
  if (hour === 0 || model === null) return null;
  const price = priceOf(model, 'anthropic');
  if (price === undefined) return null;
  const written = Math.max(0, Number(usage.cache_write_tokens ?? 0n) - hour);
  const millionths =
    Number(usage.input_tokens ?? 0n) * price.input +
    Number(usage.cache_read_tokens ?? 0n) * (price.cacheRead ?? price.input) +
    written * (price.cacheWrite ?? price.input) +
    hour * HOUR_FACTOR * price.input +
    Number(usage.output_tokens ?? 0n) * price.output;
  return millionths / 1_000_000;
}
