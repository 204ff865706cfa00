import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelColours } from './model-colours';

const namesUpTo = (maxLength: number) =>
  fc.uniqueArray(
    fc.string({ minLength: 1 }).filter((name) => name !== 'other'),
    { maxLength },
  );

describe('the colour of a model', () => {
  it('differs from that of every other, up to sixteen', () => {
    fc.assert(
      fc.property(namesUpTo(16), (models) => {
        expect(new Set(models.map(modelColours(models))).size).toBe(models.length);
      }),
    );
  });

  it('is one of the clearest eight for the eight that are used most', () => {
    fc.assert(
      fc.property(namesUpTo(40), (models) => {
        const places = models.slice(0, 8).map((model) => Number(modelColours(models)(model).slice(9)));
        expect(places.every((place) => place >= 1 && place <= 8)).toBe(true);
      }),
    );
  });

  it('does not depend on the order in which up to eight models are told', () => {
    fc.assert(
      fc.property(namesUpTo(8), (models) => {
        expect(models.map(modelColours(models))).toEqual(models.map(modelColours(models.toReversed())));
      }),
    );
  });

  it('is neutral for what is no model', () => {
    expect([null, 'other'].map(modelColours(['gpt-5']))).toEqual(['--n8', '--n8']);
  });
});
