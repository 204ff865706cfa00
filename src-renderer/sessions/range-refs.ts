import type { SessionRef } from '../../src-main/contract';

export interface RefPage {
  readonly offset: number;
  readonly limit: number;
}

const pageRows = 500;

/**
 * The refs of a span of rows, also of those that were never on the screen: the rows that are there are taken, the pages of the others
 * are asked for. Rows that are gone meanwhile are left out.
 */
export async function refsOfRange(
  span: { readonly first: number; readonly end: number },
  known: (index: number) => SessionRef | undefined,
  load: (page: RefPage) => Promise<readonly SessionRef[]>,
): Promise<readonly SessionRef[]> {
  const refs: SessionRef[] = [];
  for (let offset = span.first; offset < span.end; offset += pageRows) {
    const limit = Math.min(pageRows, span.end - offset);
    const there = Array.from({ length: limit }, (_, nth) => known(offset + nth));
    const isWhole = there.every((ref) => ref !== undefined);
    refs.push(...(isWhole ? there.filter((ref) => ref !== undefined) : await load({ offset, limit })));
  }
  return refs;
}
