import type { DocumentRows } from './types';

/** For looking through a file again: what is wrong with it was said when it was read. */
export const quiet: Pick<DocumentRows, 'skip' | 'warn' | 'flushWhenFull'> = {
  skip: () => undefined,
  warn: () => undefined,
  flushWhenFull: async () => undefined,
};
