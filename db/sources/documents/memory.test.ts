import { expect, test } from 'vitest';
import { isTooMuch } from './memory';

const LENGTH = 5_000_000;

/** What a text of five megabytes may at least be said to take, and at most. */
function takes(text: string, least: number, most: number): void {
  const bytes = Buffer.from(text);
  expect([isTooMuch(bytes, least * 1e6), isTooMuch(bytes, most * 1e6)]).toEqual([true, false]);
}

test('what JSON takes in memory is told by what it holds: text once, small objects many times their length', () => {
  takes(`"${'x'.repeat(LENGTH)}"`, 9, 11);
  takes(`[${'{},'.repeat(LENGTH / 3)}{}]`, 100, 140);
  takes(`[${'"a",'.repeat(LENGTH / 4)}""]`, 50, 70);
});

test('one character beyond Latin-1 doubles its text, however it is written', () => {
  takes(`"${'x'.repeat(LENGTH)}中"`, 19, 21);
  takes(`"${'x'.repeat(LENGTH)}\\u4e2d"`, 14, 16);
  takes(`"${'x'.repeat(LENGTH)}\\u00e9\\""`, 9, 11);
  takes(`"${'中'.repeat(LENGTH / 3)}"`, 6, 7);
});
