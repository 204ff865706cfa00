import { describe, expect, it } from 'vitest';
import { clampTop, longestTrack, pagesOf, rangeAt, topToShow, trackOf } from './virtual-scroll';

const small = { count: 1000, rowHeight: 32, viewport: 640 };
const huge = { count: 5_000_000, rowHeight: 32, viewport: 640 };

describe('a track', () => {
  it('is as long as its rows while a browser can hold it', () => {
    expect(trackOf(small)).toEqual({ height: 32_000, scale: 1 });
  });
  it('is scaled beyond that, so that its end is the last row', () => {
    const track = trackOf(huge);
    expect(track.height).toBe(longestTrack);
    const topAtEnd = (track.height - huge.viewport) * track.scale;
    expect(topAtEnd).toBeCloseTo(huge.count * huge.rowHeight - huge.viewport, 3);
    expect(rangeAt(topAtEnd, huge, 0).end).toBe(huge.count);
  });
});

describe('the rows drawn', () => {
  it('cover what is seen with a margin, inside the list', () => {
    expect(rangeAt(0, small, 5)).toEqual({ first: 0, end: 25 });
    expect(rangeAt(3200, small, 5)).toEqual({ first: 95, end: 125 });
    expect(rangeAt(31_360, small, 5)).toEqual({ first: 975, end: 1000 });
    expect(rangeAt(0, { ...small, count: 0 }, 5)).toEqual({ first: 0, end: 0 });
  });
  it('ask for the pages they lie on', () => {
    expect(pagesOf({ first: 95, end: 125 }, 100)).toEqual([0, 1]);
    expect(pagesOf({ first: 100, end: 200 }, 100)).toEqual([1]);
    expect(pagesOf({ first: 0, end: 0 }, 100)).toEqual([]);
  });
});

describe('showing a row', () => {
  it('moves no further than needed', () => {
    expect(topToShow(10, 0, small)).toBe(0);
    expect(topToShow(30, 0, small)).toBe(31 * 32 - 640);
    expect(topToShow(3, 3200, small)).toBe(96);
    expect(topToShow(999, 0, small)).toBe(31_360);
  });
  it('never leaves the list', () => {
    expect(clampTop(-5, small)).toBe(0);
    expect(clampTop(1e9, small)).toBe(31_360);
    expect(clampTop(50, { ...small, count: 3 })).toBe(0);
  });
});
