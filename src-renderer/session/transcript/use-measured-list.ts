import { type RefObject, useLayoutEffect, useMemo, useReducer, useRef } from 'react';
import { HeightIndex } from './height-index';

/**
 * A browser places what it draws in floats of 24 bits: from 8 million px on, lines of text come out doubled. A longer list gets a shorter
 * track, travelled faster.
 */
const longestTrackPx = 8_000_000;
const marginPx = 500;

export interface MeasuredList {
  readonly heights: HeightIndex;
  /** Height of the element that scrolls. */
  readonly trackHeight: number;
  /** Where the drawn part stands in the track. */
  readonly drawnTop: number;
  /** The shown items to draw, in order. */
  readonly drawn: readonly number[];
  /** The item at the upper edge of what is seen. */
  readonly top: number;
  /** True where the upper edge cuts through an item. */
  readonly isInside: boolean;
  readonly scrollTo: (index: number, below?: number) => void;
  /** Moves as little as needed to show an item. */
  readonly reveal: (index: number, headPx: number) => void;
  /** The end of the list is seen. */
  readonly isAtEnd: boolean;
  /** Stays at the end, also while the list grows, until it is scrolled. */
  readonly stickToEnd: () => void;
  /** Items came above the one at the upper edge, which stays where it is. */
  readonly keepPlace: (itemsAdded: number) => void;
  readonly onScroll: () => void;
  readonly refresh: () => void;
}

interface Input {
  readonly count: number;
  readonly estimatePx: number;
  readonly scroller: RefObject<HTMLElement | null>;
}

/**
 * A list of unequal heights that stays where it is read: the item at the upper edge is the *anchor*, and whatever is measured above or
 * below, the anchor keeps its place. Rows are the children of `data-drawn` with
 * `data-index`.
 */
export function useMeasuredList({ count, estimatePx, scroller }: Input): MeasuredList {
  const last = useRef<HeightIndex>(undefined);
  // A live session grows: what is folded and measured stays so.
  const heights = useMemo(() => new HeightIndex(count, estimatePx, last.current), [count, estimatePx]);
  useLayoutEffect(() => {
    last.current = heights;
  }, [heights]);
  const [, refresh] = useReducer((times: number) => times + 1, 0);
  const anchor = useRef({ index: 0, inside: 0 });
  const expected = useRef(0);
  const viewport = useRef(0);

  const total = heights.total;
  const trackHeight = Math.min(total, longestTrackPx);
  const scale = total > trackHeight ? (total - viewport.current) / (trackHeight - viewport.current) : 1;
  const largest = Math.max(0, total - viewport.current);
  const virtualTop = Math.max(
    0,
    Math.min(largest, heights.offsetOf(anchor.current.index) + anchor.current.inside),
  );

  const drawn: number[] = [];
  const end = virtualTop + viewport.current + marginPx;
  const first = heights.at(virtualTop - marginPx);
  for (let index = first; index < count; index = heights.after(index)) {
    if (heights.offsetOf(index) >= end) break;
    if (!heights.isHidden(index)) drawn.push(index);
  }

  // Heights are known to the browser only: after each drawing they are read, and the anchor is put back where it was.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let hasChanged = viewport.current !== element.clientHeight;
    viewport.current = element.clientHeight;
    // Own rows only: a JSON tree inside a row is a list with indexes of its own.
    for (const row of element.querySelectorAll<HTMLElement>('[data-drawn] > [data-index]')) {
      if (heights.measure(Number(row.dataset.index), row.offsetHeight)) hasChanged = true;
    }
    const wanted = virtualTop / scale;
    // A scroll that has not been told yet is the reader's: it is not taken back.
    const isScrolling = Math.abs(element.scrollTop - expected.current) > 1;
    if (!hasChanged && !isScrolling && Math.abs(element.scrollTop - wanted) > 1) {
      element.scrollTop = wanted;
      expected.current = element.scrollTop;
    }
    if (hasChanged) refresh();
  });

  // Rows grow by themselves, too: a tree is opened, a font arrives, the window changes.
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => refresh());
    observer.observe(element);
    const inner = element.querySelector('[data-drawn]');
    if (inner !== null) observer.observe(inner);
    return () => observer.disconnect();
  }, [scroller]);

  const onScroll = () => {
    const element = scroller.current;
    if (element === null || Math.abs(element.scrollTop - expected.current) <= 1) return;
    expected.current = element.scrollTop;
    const offset = element.scrollTop * scale;
    const index = heights.at(offset);
    anchor.current = { index, inside: offset - heights.offsetOf(index) };
    refresh();
  };
  const scrollTo = (index: number, below = 0) => {
    anchor.current = { index, inside: -below };
    refresh();
  };
  const stickToEnd = () => {
    anchor.current = { index: 0, inside: Number.POSITIVE_INFINITY };
    refresh();
  };
  const keepPlace = (itemsAdded: number) => {
    anchor.current = { ...anchor.current, index: anchor.current.index + itemsAdded };
    refresh();
  };
  const reveal = (index: number, headPx: number) => {
    const start = heights.offsetOf(index);
    const size = heights.offsetOf(index + 1) - start;
    const isAbove = start < virtualTop + headPx;
    const isBelow = start + Math.min(size, viewport.current - headPx) > virtualTop + viewport.current;
    if (isAbove) scrollTo(index, headPx);
    else if (isBelow) scrollTo(index, Math.max(headPx, viewport.current - size - 8));
  };

  const top = heights.at(virtualTop);
  return {
    heights,
    trackHeight,
    drawnTop: virtualTop / scale + (heights.offsetOf(drawn[0] ?? 0) - virtualTop),
    drawn,
    top,
    isInside: virtualTop > heights.offsetOf(top) + 0.5,
    isAtEnd: virtualTop >= largest - 2,
    stickToEnd,
    keepPlace,
    scrollTo,
    reveal,
    onScroll,
    refresh,
  };
}
