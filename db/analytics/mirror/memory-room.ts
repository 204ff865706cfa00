import type { Database } from '../../duckdb';

/** A row is read whole: of its text DuckDB holds two buffers, the text and its copies. Measured with one message of 100 MB. */
const TIMES_THE_ROW = 8;
/** Shorter rows apply into what there is. */
const LONG_ROW_BYTES = 8_000_000;

/** What each of those who hold room wants, in MB. */
const held = new WeakMap<Database, Set<{ readonly megabytes: number }>>();

/** More memory for DuckDB until disposed; of several who want more, the most that one wants. The usual limit keeps the engine small. */
export async function moreMemory(database: Database, megabytes: number): Promise<AsyncDisposable> {
  const wants = held.get(database) ?? new Set();
  held.set(database, wants);
  const want = { megabytes };
  wants.add(want);
  const apply = () =>
    database.limitMemory(
      wants.size === 0 ? null : database.memoryLimitMb + Math.max(...[...wants].map((one) => one.megabytes)),
    );
  await apply();
  return {
    [Symbol.asyncDispose]: () => {
      wants.delete(want);
      return apply();
    },
  };
}

/** For the time that one very long row lands: the usual limit would end the reading. */
export async function roomForRow(database: Database, rowBytes: number): Promise<AsyncDisposable> {
  if (rowBytes < LONG_ROW_BYTES) return { [Symbol.asyncDispose]: async () => undefined };
  return moreMemory(database, Math.ceil((rowBytes * TIMES_THE_ROW) / 1e6));
}
