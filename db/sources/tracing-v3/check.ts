import { placeOf } from './columns';
import { isDamage } from './losses';
import { type Looked, oddTables, sayOddValues, suspicion } from './odd-values';
import { sayOrphans } from './orphans';

/** Takes a fiftieth of a second: as long as somebody else, also a writer of the file, waits for the reader, which may give way to others. */
const PART_ROWS = 10_000;

/** Tells of values that are not what their column means, and of rows without a session; a table that has none is gone through once, in parts. */
export async function* checkTracingV3(looked: Looked): AsyncGenerator<void, void, void> {
  for (const table of oddTables(looked.tables)) {
    let part: Part = { isOdd: false, next: LOWEST };
    while (part.next !== null && !part.isOdd) {
      const from = part.next;
      part = await unlessDamaged({ isOdd: true, next: null }, () => lookAt(looked, table, from));
      // Seconds of work, at the very time when the first lists are asked for.
      if (part.next !== null) await looked.reader.giveWay?.();
      yield;
    }
    if (part.isOdd) await unlessDamaged(undefined, () => sayOddValues(looked, table));
  }
  await unlessDamaged(undefined, () => sayOrphans(looked));
}

const LOWEST = -(2n ** 63n);

interface Part {
  readonly isOdd: boolean;
  /** Where the next part begins; null: this was the last. */
  readonly next: bigint | null;
}

async function lookAt({ reader, tables, signal }: Looked, table: string, from: bigint): Promise<Part> {
  const shape = tables.get(table);
  // Row ids that are made up are counted anew by each statement.
  const most = shape?.isStable === false ? '' : `LIMIT ${PART_ROWS}`;
  const [row = []] = await reader.rows(
    `SELECT max(id), count(*), total(odd) FROM (SELECT rowid AS id, (${suspicion(shape, table, 'all')}) AS odd
      FROM ${placeOf(tables, table)} WHERE rowid >= ?1 ORDER BY rowid ${most})`,
    [from],
    signal,
  );
  const [last, rows, odd] = row;
  const isLast = typeof last !== 'bigint' || most === '' || Number(rows) < PART_ROWS;
  return { isOdd: Number(odd) > 0, next: isLast ? null : last + 1n };
}

/** The reading has told of the damage. */
async function unlessDamaged<T>(instead: T, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isDamage(error)) throw error;
    return instead;
  }
}
