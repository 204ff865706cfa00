import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpanRole } from './call';
import { SpanSet } from './span-set';
import { countedCalls, stepsOf, type TreeSpan, treeOf } from './tree';

function span(
  spanId: string,
  parentSpanId: string | null,
  role: SpanRole = 'other',
  hasUsage = false,
): TreeSpan {
  return {
    spanId,
    parentSpanId,
    name: spanId,
    startMs: Number(spanId.replace(/\D/g, '')),
    endMs: 0,
    role,
    hasUsage,
  };
}

function counted(spans: readonly TreeSpan[]): string[] {
  return [...countedCalls(spans, treeOf(spans))].map((place) => spans[place]?.spanId ?? '').sort();
}

function steps(spans: readonly TreeSpan[]): string[][] {
  return stepsOf(spans, treeOf(spans)).steps.map(({ tops }) =>
    tops.map((place) => spans[place]?.spanId ?? ''),
  );
}

describe('what counts as a call', () => {
  test('an agent that repeats its calls does not; one that has none below does', () => {
    const agent = span('a0', null, 'wrapper', true);
    expect(counted([agent, span('c1', 'a0', 'call', true), span('c2', 'a0', 'call', true)])).toEqual([
      'c1',
      'c2',
    ]);
    expect(counted([agent, span('t1', 'a0', 'tool')])).toEqual(['a0']);
    expect(counted([span('a0', null, 'wrapper', true), span('a1', 'a0', 'wrapper', true)])).toEqual(['a1']);
  });

  test('of calls in each other the innermost that says its usage', () => {
    expect(counted([span('c0', null, 'call', true), span('c1', 'c0', 'call', true)])).toEqual(['c1']);
    expect(counted([span('c0', null, 'call', true), span('c1', 'c0', 'call', false)])).toEqual(['c0']);
    expect(counted([span('c0', null, 'call', false), span('c1', 'c0', 'call', true)])).toEqual(['c1']);
    expect(counted([span('c0', null, 'call', false), span('c1', 'c0', 'call', false)])).toEqual(['c1']);
  });
});

describe('steps', () => {
  test('are what the first fork has below it, with the tools that follow a call in its step', () => {
    const line = [span('s0', null), span('w1', 's0'), span('a2', 'w1', 'agent')];
    const below = [
      span('c3', 'a2', 'call'),
      span('t4', 'a2', 'tool'),
      span('t5', 'a2', 'tool'),
      span('c6', 'a2', 'call'),
    ];
    expect(steps([...line, ...below])).toEqual([['c3', 't4', 't5'], ['c6']]);
    expect(steps([span('s0', null)])).toEqual([['s0']]);
    expect(steps([span('n1', null), span('n2', null)])).toEqual([['n1'], ['n2']]);
  });

  test('hold everything below them', () => {
    const spans = [span('s0', null), span('n1', 's0'), span('n2', 's0'), span('x3', 'n2'), span('x4', 'x3')];
    expect([...stepsOf(spans, treeOf(spans)).stepOf]).toEqual([-1, 0, 1, 1, 1]);
  });
});

test('any spans at all come to a tree in which each stands once', () => {
  const any = fc.array(
    fc.record({
      spanId: fc.integer({ min: 0, max: 12 }).map(String),
      parentSpanId: fc.option(fc.integer({ min: 0, max: 14 }).map(String)),
      startMs: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.constant(Number.NaN)),
      role: fc.constantFrom<SpanRole>('call', 'wrapper', 'tool', 'agent', 'other'),
      hasUsage: fc.boolean(),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(any, (found) => {
      const known = new Map(found.map((one) => [one.spanId, { ...one, name: null, endMs: 0 }]));
      const spans = [...known.values()];
      const tree = treeOf(spans);
      const places = [...tree.roots, ...[...tree.children.values()].flat()];
      expect(places.sort((a, b) => a - b)).toEqual(spans.map((_, place) => place));
      const { stepOf, steps: all } = stepsOf(spans, tree);
      expect(stepOf.every((step) => step < all.length)).toBe(true);
      for (const place of countedCalls(spans, tree))
        expect(['call', 'wrapper']).toContain(spans[place]?.role);
    }),
    { numRuns: 300 },
  );
});

test('spans are known again among a hundred thousand', () => {
  const seen = new SpanSet();
  const idOf = (at: number) => at.toString(16).padStart(16, '0');
  let added = 0;
  for (let at = 0; at < 100_000; at += 1) if (seen.add('t', idOf(at))) added += 1;
  expect(added).toBe(100_000);
  expect(seen.add('t', idOf(99_999))).toBe(false);
  expect([seen.has('t', idOf(7)), seen.has('u', idOf(7)), seen.size]).toEqual([true, false, 100_000]);
});
