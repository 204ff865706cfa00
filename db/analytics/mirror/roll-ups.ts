import type { Connection } from '../../duckdb';
import { rollUpTables } from './layout';
import keptEventSumsSql from './sql/kept-event-sums.sql?raw';
import keptModelsSql from './sql/kept-models.sql?raw';
import keptPartsSql from './sql/kept-parts.sql?raw';
import keptUsageSql from './sql/kept-usage.sql?raw';
import modelsSql from './sql/roll-up-models.sql?raw';
import usageSql from './sql/roll-up-usage.sql?raw';

/** In this order, each with `$first`. */
export const rollUpSql = [modelsSql, usageSql] as const;

/** Adds the calls that came from row `first` on; `isAll`: events were replaced, so everything is made again. */
export async function rollUpCalls(
  connection: Connection,
  rows: { readonly first: bigint; readonly isAll: boolean },
  signal: AbortSignal,
): Promise<void> {
  if (rows.isAll) await clearRollUps(connection, signal);
  const first = rows.isAll ? 0n : rows.first;
  for (const sql of rollUpSql) await connection.execute(sql, { first }, { signal });
}

export async function clearRollUps(connection: Connection, signal: AbortSignal): Promise<void> {
  for (const { name } of rollUpTables) await connection.execute(`DELETE FROM ${name}`, {}, { signal });
}

/** Sums all events of a table whose rows lie in a file, by session and by call, in one scan: nothing of them is in any sum yet. */
export async function sumKeptEvents(connection: Connection, signal: AbortSignal): Promise<void> {
  await clearRollUps(connection, signal);
  await connection.execute('DELETE FROM event_sums', {}, { signal });
  for (const sql of [keptPartsSql, keptEventSumsSql, keptModelsSql, keptUsageSql])
    await connection.execute(sql, {}, { signal });
  await connection.execute('DROP TABLE event_parts', {}, { signal });
}
