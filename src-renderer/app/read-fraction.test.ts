import { expect, test } from 'vitest';
import { readFraction } from './read-fraction';

const at = (stage: 'sessions' | 'events' | 'payloads', done: number, total: number | null) =>
  readFraction({ stage, done, total, rowsPerSecond: null, bytes: null });

test('a source is all read at the end of its last stage, not of each', () => {
  expect(at('sessions', 0, 20)).toBe(0);
  expect(at('sessions', 20, 20)).toBe(0.2);
  expect(at('events', 50, 100)).toBe(0.5);
  expect(at('payloads', 120, 100)).toBe(1);
});

test('rows that nobody counted are no part of anything', () => {
  expect(at('events', 50, null)).toBeNull();
  expect(readFraction(null)).toBeNull();
});

test('files are read to where their bytes are behind, whichever rows they became', () => {
  const progress = { stage: 'sessions', done: 5, total: null, rowsPerSecond: null } as const;
  expect(readFraction({ ...progress, bytes: { done: 250, total: 1_000 } })).toBe(0.25);
  expect(readFraction({ ...progress, bytes: { done: 0, total: 1_000 } })).toBeNull();
});
