import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelColours } from './model-colours';

const names = fc.uniqueArray(
  fc.string({ minLength: 1 }).filter((name) => name !== 'other'),
  { maxLength: 8 },
);

describe('the colour of a model', () => {
  it('differs from that of every other, up to eight', () => {
    fc.assert(
      fc.property(names, (models) => {
        expect(new Set(models.map(modelColours(models))).size).toBe(models.length);
      }),
    );
  });

  it('does not depend on the order in which models are told', () => {
    fc.assert(
      fc.property(names, (models) => {
        expect(models.map(modelColours(models))).toEqual(models.map(modelColours(models.toReversed())));
      }),
    );
  });

  it('is neutral for what is no model', () => {
    expect([null, 'other'].map(modelColours(['gpt-5']))).toEqual(['--n8', '--n8']);
  });
});
