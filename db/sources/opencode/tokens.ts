import { countsCachedApart } from '../../model';
import { amountOf, countOf, type Json, jsonOf, sumOf, type Usage } from '../agent-session';

export interface StepUsage {
  readonly usage: Usage | null;
  readonly costUsd: number | null;
  readonly convention: string;
}

/**
 * OpenCode's `tokens` never have the cached ones among the input, whatever the provider says; they are put back where the provider counts them
 * so. A cost of nothing for tokens is of a subscription or a model without a price: unknown, not free.
 */
export function stepUsage(record: Json, provider: string | null, model: string | null): StepUsage {
  const tokens = jsonOf(record.tokens);
  const cache = jsonOf(tokens.cache);
  const input = countOf(tokens.input);
  const output = countOf(tokens.output);
  const read = countOf(cache.read);
  const written = countOf(cache.write);
  const reasoning = countOf(tokens.reasoning);
  const isApart = countsCachedApart(model ?? '', provider);
  const total = countOf(tokens.total) ?? sumOf(input, output, reasoning, read, written);
  const cost = amountOf(record.cost);
  const isUnknown = total === null || total === 0n;
  return {
    usage: isUnknown
      ? null
      : {
          input_tokens: isApart ? input : sumOf(input, read, written),
          output_tokens: output,
          total_tokens: total,
          cache_read_tokens: read,
          cache_write_tokens: written,
          reasoning_tokens: reasoning,
        },
    costUsd: cost === 0 ? null : cost,
    convention: isApart ? 'input excludes cached' : 'input includes cached (put back from tokens.cache)',
  };
}

/** Of the Go versions: tokens of the last call and dollars of all, calls are not told apart. */
export function lastUsage(said: {
  readonly promptTokens: unknown;
  readonly completionTokens: unknown;
  /** Null where the parent's holds it. */
  readonly costUsd: number | null;
}): StepUsage {
  const [input, output] = [countOf(said.promptTokens), countOf(said.completionTokens)];
  const total = sumOf(input, output);
  const usage =
    total === null || total === 0n
      ? null
      : {
          input_tokens: input,
          output_tokens: output,
          total_tokens: total,
          cache_read_tokens: null,
          cache_write_tokens: null,
          reasoning_tokens: null,
        };
  return {
    usage,
    costUsd: said.costUsd === 0 ? null : said.costUsd,
    convention: 'tokens of the last call, dollars of the whole session: calls are not told apart',
  };
}
