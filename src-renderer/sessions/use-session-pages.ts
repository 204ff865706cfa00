import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Scope, SessionRow, SessionSort } from '../../src-main/contract';
import { data } from '../app/connect';
import { pagesOf, type RowRange } from '../ui';

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

/** The rows of a list by index: the pages that are seen are asked for, the first one always (it brings the total). */
export function useSessionPages(scope: Scope, sort: SessionSort): SessionPages {
  const [range, setRange] = useState<RowRange>({ first: 0, end: 0 });
  const first = useFirst(scope, sort);
  const total = first.data?.total ?? 0;
  const wanted = first.isPlaceholderData
    ? []
    : pagesOf({ first: range.first, end: Math.min(range.end, total) }, pageSize).filter((page) => page > 0);
  const others = useQueries({ queries: wanted.map((page) => pageOptions(scope, sort, page)) });
  const pages = useMemo(() => {
    const byNumber = new Map<number, readonly SessionRow[]>();
    if (first.data !== undefined) byNumber.set(0, first.data.rows);
    wanted.forEach((page, nth) => {
      const rows = others[nth]?.data?.rows;
      if (rows !== undefined) byNumber.set(page, rows);
    });
    return byNumber;
  }, [first.data, others, wanted]);
  return {
    first,
    total,
    getRow: (index) => pages.get(Math.floor(index / pageSize))?.[index % pageSize],
    onRange: setRange,
    isStale: first.isPlaceholderData,
  };
}
