import fc from 'fast-check';
import { expect, test } from 'vitest';
import { wordJaccard } from './words';

/** With sets of strings, as it is defined. */
function bySets(a: string, b: string): number {
  const words = (text: string) => new Set(text.split(/\s+/).filter((word) => word !== ''));
  const [inA, inB] = [words(a), words(b)];
  const union = new Set([...inA, ...inB]).size;
  return union === 0 ? 0 : [...inA].filter((word) => inB.has(word)).length / union;
}

test('what two texts have in common is counted as with sets of words', () => {
  const word = fc.string({
    unit: fc.constantFrom('a', 'b', 'ß', '\ud83d\ude00', '\u0130', '-'),
    maxLength: 3,
  });
  const space = fc.constantFrom(' ', '\n', '\t', '\u00a0', '\u2003', '  ');
  const text = fc.array(fc.tuple(word, space), { maxLength: 60 }).map((parts) => parts.flat().join(''));
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(wordJaccard(a, b)).toBe(bySets(a, b));
    }),
    { seed: 7, numRuns: 300 },
  );
});

test('words whose hashes are the same are told apart, and two empty texts have nothing in common', () => {
  // `Aa` and `BB` are one number to the hash.
  expect(wordJaccard('Aa AaBB', 'BB BBAa')).toBe(0);
  expect(wordJaccard('Aa BB', 'BB Aa')).toBe(1);
  expect(wordJaccard('', ' \n')).toBe(0);
});

test('a text that is longer than what is kept for the next does not show in it, nor the next in the one after', () => {
  const long = Array.from({ length: 20_000 }, (_, at) => `word${at}`).join(' ');
  expect(wordJaccard(long, 'word1 word2')).toBe(bySets(long, 'word1 word2'));
  expect(wordJaccard('a b c', 'c d')).toBe(0.25);
  expect(wordJaccard('a b c', '')).toBe(0);
  expect(wordJaccard('d', 'd')).toBe(1);
});
