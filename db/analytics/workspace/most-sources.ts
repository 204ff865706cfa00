import { ExpectedError, type Failure, toFailure } from '../../model';

/** With a mirror of their own: each takes some 3 MB of DuckDB's memory and 8 MB of the engine's, and time of every query. */
export const MOST_SOURCES = 50;
/** Small ones share a mirror: each takes 0.5 MB of the engine and two watches of the system. */
export const MOST_SMALL_SOURCES = 500;

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
