import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useRef, useState } from 'react';
import type { Scope, SessionRow, SessionSort } from '../../src-main/contract';
import { data } from '../app/connect';
import type { RowRange } from '../ui';
import { pagesAround } from './pages-around';

export const pageSize = 100;
export interface SessionPages {
  readonly first: ReturnType<typeof useFirst>;
  readonly total: number;
  readonly getRow: (index: number) => SessionRow | undefined;
  readonly onRange: (range: RowRange) => void;
  /** What is shown belongs to the question before. */
  readonly isStale: boolean;
}

function pageOptions(scope: Scope, sort: SessionSort, page: number) {
  return data.sessions.list.queryOptions({
    input: { scope, sort, offset: page * pageSize, limit: pageSize },
  });
}

function useFirst(scope: Scope, sort: SessionSort) {
  return useQuery({ ...pageOptions(scope, sort, 0), placeholderData: keepPreviousData });
}

const noPages: readonly number[] = [];

/**
 * The rows of a list by index: the pages that are seen are asked for, those ahead in the direction of the scrolling too, and the first
 * one always (it brings the total). The list is drawn again when a page comes or goes, not at every row.
 */
export function useSessionPages(scope: Scope, sort: SessionSort): SessionPages {
  const [seen, setSeen] = useState<readonly number[]>(noPages);
  const before = useRef(0);
  const first = useFirst(scope, sort);
  const total = first.data?.total ?? 0;
  const onRange = useCallback((range: RowRange): void => {
    const next = pagesAround(range, before.current, pageSize);
    before.current = range.first;
    setSeen((now) =>
      now.length === next.length && now.every((page, nth) => page === next[nth]) ? now : next,
    );
  }, []);
  const wanted = useMemo(
    () => (first.isPlaceholderData ? noPages : seen.filter((page) => page > 0 && page * pageSize < total)),
    [seen, total, first.isPlaceholderData],
  );
  const others = useQueries({
    queries: wanted.map((page) => pageOptions(scope, sort, page)),
    combine: rowsOfPages,
  });
  const getRow = useMemo(() => {
    const byNumber = new Map<number, readonly SessionRow[]>();
    if (first.data !== undefined) byNumber.set(0, first.data.rows);
    wanted.forEach((page, nth) => {
      const rows = others[nth];
      if (rows !== undefined) byNumber.set(page, rows);
    });
    return (index: number) => byNumber.get(Math.floor(index / pageSize))?.[index % pageSize];
  }, [first.data, others, wanted]);
  return { first, total, getRow, onRange, isStale: first.isPlaceholderData };
}

/** Outside the hook: `combine` must be the same function, or it is run at every drawing. */
function rowsOfPages(
  results: readonly { readonly data: { readonly rows: readonly SessionRow[] } | undefined }[],
): readonly (readonly SessionRow[] | undefined)[] {
  return results.map((result) => result.data?.rows);
}
