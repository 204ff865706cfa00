/**
 * Readers of which nobody wants anything at the moment. The latest stay open, so that a commit is seen as soon as it is told; each is a thread
 * of 8 MB, and a folder may hold hundreds of databases.
 */
const MOST_RESTING = 8;
const resting = new Set<AsyncDisposable>();

/** It may be closed from now on: whoever wants it again looks first whether it is alive. */
export async function rest(reader: AsyncDisposable): Promise<void> {
  resting.delete(reader);
  resting.add(reader);
  const [oldest] = resting;
  if (resting.size <= MOST_RESTING || oldest === undefined) return;
  resting.delete(oldest);
  await oldest[Symbol.asyncDispose]();
}

/** It is in use until it rests again. */
export function wake(reader: AsyncDisposable): void {
  resting.delete(reader);
}
