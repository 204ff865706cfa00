import type { Database } from '../../duckdb';

/** A row is read whole: of its text DuckDB holds two buffers, the text and its copies. Measured with one message of 100 MB. */
const TIMES_THE_ROW = 8;
/** Shorter rows apply into what there is. */
const LONG_ROW_BYTES = 8_000_000;

/** What each of the rows that are landing wants, in MB. */
const landing = new WeakMap<Database, Set<{ readonly megabytes: number }>>();

/** More memory for DuckDB while one very long row lands, until disposed: the usual limit keeps the engine small, and would end the reading. */
export async function roomForRow(database: Database, rowBytes: number): Promise<AsyncDisposable> {
  if (rowBytes < LONG_ROW_BYTES) return { [Symbol.asyncDispose]: async () => undefined };
  const rows = landing.get(database) ?? new Set();
  landing.set(database, rows);
  const row = { megabytes: Math.ceil((rowBytes * TIMES_THE_ROW) / 1e6) };
  rows.add(row);
  const apply = () =>
    database.limitMemory(
      rows.size === 0
        ? null
        : database.memoryLimitMb + Math.max(...[...rows].map(({ megabytes }) => megabytes)),
    );
  await apply();
  return {
    [Symbol.asyncDispose]: () => {
      rows.delete(row);
      return apply();
    },
  };
}
