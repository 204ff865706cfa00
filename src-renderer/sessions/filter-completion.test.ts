import { describe, expect, it } from 'vitest';
import { completionsAt, hasTerm, toggleTerm } from './filter-completion';

const known = {
  model: [
    { value: 'gpt-5-nano', label: 'gpt-5-nano', sessions: 12 },
    { value: 'claude 4', label: 'claude 4', sessions: 3 },
  ],
};

describe('completion in the filter bar', () => {
  it('offers fields while a name is typed and puts the chosen one in its place', () => {
    const [first] = completionsAt('cost>1 mod', 10, known);
    expect(first).toMatchObject({ label: 'model:', text: 'cost>1 model:', caret: 13 });
  });
  it('keeps the sign of a term that is negated', () => {
    expect(completionsAt('-mod', 4, known)[0]?.text).toBe('-model:');
  });
  it('offers the values that occur, quoted where they need it', () => {
    expect(completionsAt('model:', 6, known).map((one) => one.text)).toEqual([
      'model:gpt-5-nano ',
      'model:"claude 4" ',
    ]);
    expect(completionsAt('model:gpt-5-nano,cl', 19, known)[0]?.text).toBe('model:gpt-5-nano,"claude 4" ');
  });
  it('offers nothing inside free text', () => {
    expect(completionsAt('"mod', 4, known)).toEqual([]);
  });
});

describe('a facet', () => {
  it('adds its term and takes it away again', () => {
    const once = toggleTerm('cost>1', 'model', 'gpt-5-nano');
    expect(once).toBe('cost>1 model:gpt-5-nano');
    expect(hasTerm(once, 'model', 'gpt-5-nano')).toBe(true);
    expect(hasTerm(once, 'model', 'gpt-5')).toBe(false);
    expect(toggleTerm(once, 'model', 'gpt-5-nano')).toBe('cost>1');
  });
});
