import { z } from 'zod';
import data from './prices.json';

/**
 * Dollars from tokens, for calls whose recorder said no cost. Only for models in the table (`prices.json`, list prices with their date);
 * an unknown model stays unpriced.
 */

/** US dollars per million tokens. Where a cache price is missing the input price holds. */
const price = z.object({
  input: z.number(),
  output: z.number(),
  cacheRead: z.number().optional(),
  cacheWrite: z.number().optional(),
});
export type ModelPrice = z.infer<typeof price>;

const { lists } = z
  .object({
    unit: z.string(),
    lists: z.array(z.object({ asOf: z.string(), models: z.record(z.string(), price) })),
  })
  .parse(data);
const models: Readonly<Record<string, ModelPrice>> = Object.assign({}, ...lists.map((list) => list.models));

/** The days whose list prices are known, each of the models that were new by then. */
export const pricesAsOf = lists.map(({ asOf }) => asOf);

export interface PricedTokens {
  /** All input tokens, the cached ones included (OpenAI's way of counting). */
  readonly input: number;
  readonly output: number;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
}

/** What follows a model's name without changing its price: dates, `latest`, preview and version marks. */
const SUFFIX = /^(?:-(?:\d{8}|\d{4}-\d{2}-\d{2}|\d{4}|latest|preview|exp|v\d+(?::\d+)?))+$/;

/**
 * The price of a model as recorders name it: `gpt-4o-2024-08-06`, `openai/gpt-4o`, `anthropic.claude-sonnet-4-20250514-v1:0`. Models that
 * many hosts serve are priced only with the host they are listed for (`groq:qwen3-32b`).
 */
export function priceOf(model: string, provider: string | null): ModelPrice | undefined {
  const key = `${provider ?? ''}\0${model}`;
  if (found.has(key)) return found.get(key);
  const price = search(model, provider);
  if (found.size < MOST_FOUND) found.set(key, price);
  return price;
}

/** Readers ask for each call, and for the same few models. */
const found = new Map<string, ModelPrice | undefined>();
const MOST_FOUND = 1_000;

function search(model: string, provider: string | null): ModelPrice | undefined {
  const [path = '', ...rest] = model.toLowerCase().split('/').reverse();
  const host = provider?.toLowerCase() ?? rest.at(-1);
  const name = path.replace(/^(?:us|eu|apac)\./, '').replace(/^(?:anthropic|openai|google|mistral)\./, '');
  return find(name) ?? (host === undefined ? undefined : find(`${host}:${name}`));
}

function find(name: string): ModelPrice | undefined {
  const exact = models[name];
  if (exact !== undefined) return exact;
  const known = Object.keys(models).find(
    (key) => name.startsWith(key) && SUFFIX.test(name.slice(key.length)),
  );
  return known === undefined ? undefined : models[known];
}

/** US dollars of one call: uncached input, cache reads, cache writes and output at their list prices. */
export function costOf(tokens: PricedTokens, { input, output, cacheRead, cacheWrite }: ModelPrice): number {
  const read = tokens.cacheRead ?? 0;
  const written = tokens.cacheWrite ?? 0;
  const uncached = Math.max(0, tokens.input - read - written);
  const millionths =
    uncached * input + read * (cacheRead ?? input) + written * (cacheWrite ?? input) + tokens.output * output;
  return millionths / 1_000_000;
}
