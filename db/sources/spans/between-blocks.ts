import type { DocumentRows } from '../documents';
import type { SpanCollector } from './span-collector';

/** The same place for rows, which tells the collector of each block. */
export function betweenBlocks(
  rows: DocumentRows,
  collector: SpanCollector,
): Pick<DocumentRows, 'skip' | 'warn' | 'unfinished' | 'flushWhenFull'> {
  return {
    skip: (at, reason) => rows.skip(at, reason),
    warn: (message, at, count) => rows.warn(message, at, count),
    unfinished: (at, reason) => rows.unfinished(at, reason),
    flushWhenFull: () => {
      collector.endBlock();
      return rows.flushWhenFull();
    },
  };
}
