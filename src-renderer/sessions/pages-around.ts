import { pagesOf, type RowRange } from '../ui/virtual-scroll';

/** The pages that a range of rows lies on, and those of the next two screens in the direction that it has moved. */
export function pagesAround(range: RowRange, firstBefore: number, pageSize: number): readonly number[] {
  const ahead = 2 * (range.end - range.first);
  if (range.first > firstBefore) return pagesOf({ first: range.first, end: range.end + ahead }, pageSize);
  if (range.first < firstBefore)
    return pagesOf({ first: Math.max(0, range.first - ahead), end: range.end }, pageSize);
  return pagesOf(range, pageSize);
}
