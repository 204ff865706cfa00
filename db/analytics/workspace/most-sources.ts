import { ExpectedError, type Failure, toFailure } from '../../model';

/** Each has a mirror of its own, which takes some 3 MB of DuckDB's memory and 8 MB of the engine's: with 80 nothing was left to read with. */
export const MOST_SOURCES = 50;

export function tooManySources(
  path: string,
  most: number,
): { readonly path: string; readonly failure: Failure } {
  const error = new ExpectedError(
    'SOURCE_UNREADABLE',
    `${path} was not opened: ${most} sources are open, as many as fit.`,
    { path, action: 'Close sources that are not needed, or export several into one folder and open that.' },
  );
  return { path, failure: toFailure(error) };
}
