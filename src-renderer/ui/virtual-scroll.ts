/**
 * Arithmetic of a list of equal rows. A browser places what it draws in floats of 24 bits (from 8 million px on, lines of text come out
 * doubled), so a longer list gets a shorter *track*: the scrollbar stays true in proportion, and `top` (the position among all rows, in
 * px) is `scrollTop × scale`.
 */
export const longestTrack = 8_000_000;

export interface RowExtent {
  readonly count: number;
  readonly rowHeight: number;
  /** Height of the part that is seen. */
  readonly viewport: number;
}

export interface Track {
  /** Height of the element that scrolls. */
  readonly height: number;
  readonly scale: number;
}

export function trackOf({ count, rowHeight, viewport }: RowExtent): Track {
  const all = count * rowHeight;
  if (all <= longestTrack) return { height: all, scale: 1 };
  return { height: longestTrack, scale: (all - viewport) / (longestTrack - viewport) };
}

export function clampTop(top: number, { count, rowHeight, viewport }: RowExtent): number {
  return Math.max(0, Math.min(top, count * rowHeight - viewport));
}

export interface RowRange {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** The rows to draw: what is seen and `margin` rows around it. */
export function rangeAt(top: number, extent: RowExtent, margin: number): RowRange {
  const { count, rowHeight, viewport } = extent;
  const first = Math.max(0, Math.floor(top / rowHeight) - margin);
  const end = Math.min(count, Math.ceil((top + viewport) / rowHeight) + margin);
  return { first: Math.min(first, end), end };
}

/** The least movement that shows a row whole. */
export function topToShow(index: number, top: number, extent: RowExtent): number {
  const start = index * extent.rowHeight;
  const end = start + extent.rowHeight;
  if (start < top) return clampTop(start, extent);
  if (end > top + extent.viewport) return clampTop(end - extent.viewport, extent);
  return top;
}

/** Pages of `size` rows that cover a range: their numbers, in order. */
export function pagesOf({ first, end }: RowRange, size: number): number[] {
  const pages: number[] = [];
  for (let page = Math.floor(first / size); page * size < end; page += 1) pages.push(page);
  return pages;
}
