import { describe, expect, it } from 'vitest';
import { costOf, priceOf } from './pricing';

describe('the price of a model', () => {
  it.each([
    ['gpt-4o', 'openai', 2.5],
    ['gpt-4o-2024-08-06', null, 2.5],
    ['gpt-4o-2024-05-13', 'openai', 5],
    ['openai/gpt-4o-mini', null, 0.15],
    ['claude-3-5-haiku-20241022', 'Anthropic', 0.8],
    ['us.anthropic.claude-sonnet-4-20250514-v1:0', 'bedrock', 3],
    ['claude-opus-4-6', 'anthropic', 5],
    ['claude-opus-4-20250514', 'anthropic', 15],
    ['qwen3-32b', 'groq', 0.29],
    ['groq/qwen3-32b', null, 0.29],
  ])('%s of %s is found', (model, provider, input) => {
    expect(priceOf(model, provider)?.input).toBe(input);
  });

  it.each([
    ['gpt-4o-audio-preview', 'openai'],
    ['gpt-5-nano-finetuned-by-us', 'openai'],
    ['qwen3-32b', 'our own host'],
    ['local:test', null],
  ])('%s of %s is unknown: a name that only begins like a known one is another model', (model, provider) => {
    expect(priceOf(model, provider)).toBeUndefined();
  });
});

describe('the cost of a call', () => {
  it('prices uncached input, cache reads, cache writes and output each at its own rate', () => {
    const price = { input: 3, cacheRead: 0.3, cacheWrite: 3.75, output: 15 };
    const cost = costOf({ input: 1_000_000, cacheRead: 400_000, cacheWrite: 100_000, output: 10_000 }, price);
    expect(cost).toBeCloseTo(0.5 * 3 + 0.4 * 0.3 + 0.1 * 3.75 + 0.01 * 15, 12);
  });
});
