import { expect, test } from 'vitest';
import { toUsageSeries } from './usage-series';

const row = (bucket: number | null, calls: number) => ({
  bucket,
  model: 'm',
  calls,
  tokens: calls,
  cost_usd: null,
});

test('calls that landed outside of the bounds, while they were asked for, leave the series as long as its buckets', () => {
  const { calls, costUsd } = toUsageSeries([row(-2, 1), row(0, 2), row(1, 3), row(7, 4), row(null, 5)], 2);
  expect(calls).toEqual([{ model: 'm', values: [2, 3] }]);
  expect(costUsd).toEqual([{ model: 'm', values: [null, null] }]);
});
