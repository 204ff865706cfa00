import { createHash } from 'node:crypto';
import type { Connection } from '../../duckdb';
import type { SumFiles } from '../../sources';
import { type MirrorTable, rollUpTables, sumTables } from './layout';
import eventSumsSql from './sql/event-sums-insert.sql?raw';
import keptEventSumsSql from './sql/kept-event-sums.sql?raw';
import keptModelsSql from './sql/kept-models.sql?raw';
import keptPartsSql from './sql/kept-parts.sql?raw';
import keptUsageSql from './sql/kept-usage.sql?raw';
import readModelsSql from './sql/read-call-models.sql?raw';
import readUsageSql from './sql/read-call-usage.sql?raw';
import readEventSumsSql from './sql/read-event-sums.sql?raw';
import modelsSql from './sql/roll-up-models.sql?raw';
import usageSql from './sql/roll-up-usage.sql?raw';

/** In this order, each with `$first`. */
export const rollUpSql = [modelsSql, usageSql] as const;

/** Of the tables of sums and of how they are made: equal where the same rows give the same sums. */
export const sumsVersion = createHash('sha256')
  .update([...sumTables.map(({ ddl }) => ddl), eventSumsSql, ...rollUpSql].join('\n'))
  .digest('hex');

/** Adds the calls that came from row `first` on; `isAll`: events were replaced, so everything is made again. */
export async function rollUpCalls(
  connection: Connection,
  rows: { readonly first: bigint; readonly isAll: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (rows.isAll) await clear(rollUpTables, connection, signal);
  const first = rows.isAll ? 0n : rows.first;
  for (const sql of rollUpSql) await connection.execute(sql, { first }, { signal });
}

export async function clearSums(connection: Connection, signal: AbortSignal): Promise<void> {
  await clear(sumTables, connection, signal);
}

/**
 * Sums all events of a table whose rows lie in a file, by session and by call, in one scan: nothing of them is in any sum yet. Where they were
 * summed in the same way when they were exported, those sums are taken.
 */
export async function sumKeptEvents(
  connection: Connection,
  sums: SumFiles | undefined,
  signal: AbortSignal,
): Promise<void> {
  await clearSums(connection, signal);
  if (sums?.version === sumsVersion) {
    await connection.execute(readEventSumsSql, { file: sums.bySession }, { signal });
    for (const sql of [readModelsSql, readUsageSql])
      await connection.execute(sql, { file: sums.byCall }, { signal });
    return;
  }
  for (const sql of [keptPartsSql, keptEventSumsSql, keptModelsSql, keptUsageSql])
    await connection.execute(sql, {}, { signal });
  await connection.execute('DROP TABLE event_parts', {}, { signal });
}

async function clear(
  tables: readonly MirrorTable[],
  connection: Connection,
  signal: AbortSignal,
): Promise<void> {
  for (const { name } of tables) await connection.execute(`DELETE FROM ${name}`, {}, { signal });
}
