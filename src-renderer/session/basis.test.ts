import { expect, it } from 'vitest';
import type { Cost } from '../../src-main/contract';
import { basisText } from './basis';

const none: Cost = {
  usd: null,
  reportedUsd: 0,
  roundedUsd: 0,
  pricedUsd: 0,
  calls: { reported: 0, rounded: 0, roundedZero: 0, priced: 0, unpriced: 0 },
};

it('a sum says which bases it mixes, over all its parts', () => {
  const one = { ...none, calls: { ...none.calls, reported: 40, unpriced: 2 } };
  expect(basisText([one, { ...one, calls: { ...one.calls, priced: 1_200 } }])).toBe(
    'reported 80, priced 1,200, unpriced 4 calls',
  );
  expect(basisText([none])).toBe('no calls');
});
