import { describe, expect, it } from 'vitest';
import { linesOf, parseJson } from './json-lines';

describe('lines of a JSON value', () => {
  it('hold only what is not folded away, in document order', () => {
    const value = { a: 1, b: { c: [true, null], 'd/e': 'x' } };
    expect(
      linesOf(value, (path) => path === '' || path === '/b').map((line) => [line.path, line.text]),
    ).toEqual([
      ['', '2 keys'],
      ['/a', '1'],
      ['/b', '2 keys'],
      ['/b/c', '2 items'],
      ['/b/d~1e', '"x"'],
    ]);
  });
  it('show a text of several lines as lines, unless it is folded', () => {
    const value = { output: 'a\n  "b"\r\nc\n', name: 'one\n' };
    const shown = (folded: readonly string[]) =>
      linesOf(value, (path, depth) => depth < 1 !== folded.includes(path)).map((line) => [
        line.path,
        line.text,
      ]);
    expect(shown([])).toEqual([
      ['', '2 keys'],
      ['/output', '3 lines'],
      ['/output/0', 'a'],
      ['/output/1', '  "b"'],
      ['/output/2', 'c'],
      ['/name', '"one\\n"'],
    ]);
    expect(shown(['/output'])).toContainEqual(['/output', JSON.stringify(value.output)]);
  });
  it('survive a tree deeper than the call stack', () => {
    let deep: unknown = 0;
    for (let level = 0; level < 20_000; level += 1) deep = [deep];
    expect(linesOf(deep, () => true)).toHaveLength(20_001);
  });
  it('say of an empty branch that it is empty', () => {
    expect(linesOf({ a: [], b: {} }, () => true).map((line) => [line.text, line.branch])).toEqual([
      ['2 keys', 'open'],
      ['[]', 'none'],
      ['{}', 'none'],
    ]);
  });
});

describe('JSON text', () => {
  it('keeps the digits of integers beyond 2^53', () => {
    expect(parseJson('[9007199254740993, 1.5, "1 9007199254740993"]')?.value).toEqual([
      9007199254740993n,
      1.5,
      '1 9007199254740993',
    ]);
  });
  it('that is no JSON is not a value', () => {
    expect(parseJson('{')).toBeUndefined();
  });
});
