/**
 * Asks for the next value while the last one is still in use: the reader thread writes a chunk while DuckDB takes the one before it. A value
 * that was made and that nobody takes any more is given to `drop`.
 */
export async function* ahead<T>(
  source: AsyncGenerator<T, void, void>,
  drop: (value: T) => Promise<void>,
): AsyncGenerator<T, void, void> {
  let next = source.next();
  // Nobody waits for it while the consumer is busy; its failure is reported when it is asked for.
  next.catch(() => undefined);
  try {
    for (let current = await next; current.done !== true; current = await next) {
      next = source.next();
      next.catch(() => undefined);
      yield current.value;
    }
  } finally {
    const last = await next.catch(() => undefined);
    if (last !== undefined && last.done !== true) await drop(last.value);
    await source.return().catch(() => undefined);
  }
}
