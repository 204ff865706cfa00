import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldText, parseJson, splitMatches } from './fold-text';
import { HeightIndex } from './height-index';

describe('the heights of a transcript', () => {
  it('find the item at any distance, whatever was measured and hidden', () => {
    const change = fc.record({
      index: fc.nat(59),
      height: fc.integer({ min: 1, max: 400 }),
      hide: fc.boolean(),
      length: fc.nat(9),
    });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
        const heights = new HeightIndex(60, 50);
        const plain = new Array<number>(60).fill(50);
        const hidden = new Array<boolean>(60).fill(false);
        for (const { index, height, hide, length } of changes) {
          heights.measure(index, height);
          plain[index] = height;
          heights.setHidden(index, length, hide);
          hidden.fill(hide, index, Math.min(60, index + length));
        }
        let top = 0;
        for (let index = 0; index < 60; index += 1) {
          expect(heights.offsetOf(index)).toBe(top);
          if (hidden[index]) continue;
          expect(heights.at(top)).toBe(index);
          top += plain[index] ?? 0;
          expect(heights.at(top - 1)).toBe(index);
        }
        expect(heights.total).toBe(top);
      }),
    );
  });

  it('walk past what is folded', () => {
    const heights = new HeightIndex(10, 20);
    heights.setHidden(3, 4, true);
    expect(heights.after(2)).toBe(7);
    expect(heights.before(7)).toBe(2);
    expect(heights.after(9)).toBe(10);
  });

  it('tell whether a measure changed anything', () => {
    const heights = new HeightIndex(5, 20);
    expect(heights.measure(1, 20.2)).toBe(false);
    expect(heights.measure(1, 48)).toBe(true);
    expect(heights.measure(99, 48)).toBe(false);
  });
});

describe('a long text', () => {
  it('folds after twelve lines and counts what is hidden', () => {
    const text = Array.from({ length: 50 }, (_, line) => `line ${line + 1}`).join('\n');
    const folded = foldText(text, text.length);
    expect(folded.shown.split('\n')).toHaveLength(12);
    expect(folded.hiddenLines).toBe(38);
    expect(folded.shown.length + folded.hiddenCharacters).toBe(text.length);
  });

  it('folds without line ends too, and counts what was not even loaded', () => {
    const folded = foldText('x'.repeat(4_000), 100_000_000);
    expect(folded.shown.length).toBe(1_400);
    expect(folded.hiddenCharacters).toBe(99_998_600);
  });

  it('stays whole when short', () => {
    expect(foldText('one\ntwo', 7)).toEqual({ shown: 'one\ntwo', hiddenLines: 0, hiddenCharacters: 0 });
  });
});

describe('JSON in a text', () => {
  it('is told from prose, fragments and bare values', () => {
    expect(parseJson(' {"a": 1}', 9)).toEqual({ a: 1 });
    expect(parseJson('[1, 2', 6)).toBeUndefined();
    expect(parseJson('{"a": 1}', 5_000)).toBeUndefined();
    expect(parseJson('42', 2)).toBeUndefined();
    expect(parseJson('[sic] as said', 13)).toBeUndefined();
  });
});

describe('what is looked for', () => {
  it('is marked without regard to case, and nothing of the text is lost', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1, maxLength: 3 }), (text, needle) => {
        expect(
          splitMatches(text, needle)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
    expect(splitMatches('A cat, a CAT', 'cat').filter(({ matches }) => matches)).toEqual([
      { at: 2, text: 'cat', matches: true },
      { at: 9, text: 'CAT', matches: true },
    ]);
  });
});
