import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import styles from './async.module.css';
import { isFailureCode } from './failure';
import { ErrorState, Skeleton } from './states';

export interface AsyncProps<T> {
  readonly query: UseQueryResult<T, unknown>;
  readonly children: (data: T) => ReactNode;
  readonly skeleton?: ReactNode;
  /** True: `empty` is shown instead of the children. */
  readonly isEmpty?: (data: T) => boolean;
  readonly empty?: ReactNode;
}

/** Loading (after 150 ms), error by code, empty and stale, for the whole application. */
export function Async<T>({ query, children, skeleton, isEmpty, empty }: AsyncProps<T>) {
  const retry = (): void => void query.refetch();
  // What is gone is not shown as it was.
  if (query.data === undefined || isFailureCode(query.error, 'SOURCE_NOT_FOUND')) {
    if (query.isError) return <ErrorState error={query.error} onRetry={retry} />;
    return skeleton ?? <Skeleton />;
  }
  const shown = isEmpty?.(query.data) === true ? empty : children(query.data);
  return (
    <>
      {query.isError && <ErrorState error={query.error} onRetry={retry} inline />}
      <div className={styles.body} data-stale={query.isPlaceholderData || undefined}>
        {shown}
      </div>
    </>
  );
}
