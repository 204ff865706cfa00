import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterPieceAt, parseFilter, quoteFilterValue } from './filter';

const termsOf = (text: string) =>
  parseFilter(text).terms.map(({ start: _start, end: _end, ...term }) => term);

test('every form of the grammar is read', () => {
  expect(
    termsOf(
      'model:gpt-5,claude -status=running cost>$0.1 tokens>=10k duration<1.5m has:reward error "two words" bare',
    ),
  ).toEqual([
    { kind: 'match', field: 'model', values: ['gpt-5', 'claude'], isExact: false, negated: false },
    { kind: 'match', field: 'status', values: ['running'], isExact: true, negated: true },
    { kind: 'number', field: 'cost', operator: '>', value: 0.1, negated: false },
    { kind: 'number', field: 'tokens', operator: '>=', value: 10_000, negated: false },
    { kind: 'number', field: 'duration', operator: '<', value: 90_000, negated: false },
    { kind: 'has', what: 'reward', negated: false },
    { kind: 'has', what: 'error', negated: false },
    { kind: 'text', text: 'two words', negated: false },
    { kind: 'text', text: 'bare', negated: false },
  ]);
});

test('a date stands for the whole of what is written', () => {
  const day = Date.UTC(2026, 0, 2);
  expect(termsOf('created:2026-01-02')).toMatchObject([{ fromMs: day, toMs: day + 86_400_000 }]);
  expect(termsOf('created>2026-01-02')).toMatchObject([{ fromMs: day + 86_400_000, toMs: null }]);
  expect(termsOf('created<=2026-01')).toMatchObject([{ fromMs: null, toMs: Date.UTC(2026, 1, 1) }]);
  expect(termsOf('created>=2026-01-02T03:04')).toMatchObject([{ fromMs: day + 11_040_000 }]);
});

test.each([
  ['cost>much', 0, 9, 'is no number'],
  ['error model:', 6, 12, 'A value is missing after model:'],
  ['colour:red', 0, 10, '"colour" is no field'],
  ['a has:luck', 2, 10, 'has: takes one of'],
  ['model>5', 0, 7, 'model is text'],
  ['created:2026-02-30', 0, 18, 'is no date'],
  ['title:"open end', 6, 15, 'A closing " is missing'],
])('%j is underlined from %i to %i', (text, start, end, message) => {
  const { problems } = parseFilter(text);
  expect(problems).toMatchObject([{ start, end, line: 1, column: start + 1 }]);
  expect(problems[0]?.message).toContain(message);
});

test('one mistake does not take the other terms away', () => {
  const { terms, problems } = parseFilter('model:gpt-5 cost>x error');
  expect(terms.map((term) => term.kind)).toEqual(['match', 'has']);
  expect(problems).toHaveLength(1);
});

test('the piece at the caret is what completion replaces', () => {
  expect(filterPieceAt('error mod', 9)).toMatchObject({ field: null, raw: 'mod', start: 6 });
  expect(filterPieceAt('error model:gp', 14)).toMatchObject({
    field: 'model',
    operator: ':',
    raw: 'gp',
    valueStart: 12,
  });
  expect(filterPieceAt('error  x', 6)).toBeNull();
});

test('any text is read without a throw, its pieces lie in order, and a quoted value comes back the same', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const { terms, problems } = parseFilter(text);
      for (const { start, end } of [...terms, ...problems])
        expect(start >= 0 && start < end && end <= text.length).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), (value) => {
      fc.pre(!value.includes('\\') && value.trim() !== '');
      expect(termsOf(`model:${quoteFilterValue(value)}`)).toMatchObject([{ values: [value] }]);
    }),
  );
});
