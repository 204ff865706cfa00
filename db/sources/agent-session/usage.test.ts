import { expect, it } from 'vitest';
import { anthropicUsage, hourCacheCost } from './usage';

const part = (input: number, output: number, more: object = {}) => ({
  input_tokens: input,
  output_tokens: output,
  cache_read_input_tokens: 10,
  cache_creation_input_tokens: 100,
  ...more,
});

it('counts what the provider took to compact a conversation, which an answer has only among its iterations', () => {
  const compaction = part(180_000, 3_500, { type: 'compaction' });
  const message = part(23_000, 1_000, { type: 'message' });
  const usage = anthropicUsage({ ...part(23_000, 1_000), iterations: [compaction, message] });
  expect(usage).toMatchObject({
    input_tokens: 203_000n,
    output_tokens: 4_500n,
    cache_read_tokens: 20n,
    cache_write_tokens: 200n,
    total_tokens: 207_720n,
  });
  expect(anthropicUsage({ iterations: [compaction] })).toBeUndefined();
});

it('prices cache writes of an hour at twice the input, those of a compaction too', () => {
  const hour = { cache_creation: { ephemeral_1h_input_tokens: 100 } };
  const raw = { ...part(0, 0, hour), iterations: [{ ...part(0, 0, hour), type: 'compaction' }] };
  const usage = anthropicUsage(raw);
  if (usage === undefined) throw new Error('It says what it took.');
  const [input, cached] = [3, 0.3];
  expect(hourCacheCost(usage, raw, 'claude-sonnet-4-5')).toBeCloseTo(
    (200 * 2 * input + 20 * cached) / 1e6,
    12,
  );
});
