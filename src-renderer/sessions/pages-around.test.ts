import { describe, expect, it } from 'vitest';
import { pagesAround } from './pages-around';

describe('the pages of a list', () => {
  it('are those that are seen', () => {
    expect(pagesAround({ first: 0, end: 40 }, 0, 100)).toEqual([0]);
    expect(pagesAround({ first: 80, end: 120 }, 80, 100)).toEqual([0, 1]);
  });
  it('and those that come next in the direction of the scrolling', () => {
    expect(pagesAround({ first: 130, end: 170 }, 100, 100)).toEqual([1, 2]);
    expect(pagesAround({ first: 130, end: 170 }, 150, 100)).toEqual([0, 1]);
    expect(pagesAround({ first: 10, end: 50 }, 30, 100)).toEqual([0]);
  });
});
