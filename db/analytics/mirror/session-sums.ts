import type { Connection } from '../../duckdb';
import { touchSql } from './insert-sql';
import eventSumsDeleteSql from './sql/event-sums-delete.sql?raw';
import eventSumsInsertSql from './sql/event-sums-insert.sql?raw';
import sessionTimesSql from './sql/session-times.sql?raw';
import statsDeleteSql from './sql/stats-delete.sql?raw';
import statsInsertSql from './sql/stats-insert.sql?raw';
import touchAllSql from './sql/touch-all.sql?raw';
import touchedClearSql from './sql/touched-clear.sql?raw';

/** The sums of sessions: first those with other rows than before are touched, then what their rows add up to is made again. */

/** Which stages have landed to their end: before it, a count is what there is so far, and none is unknown, not zero. */
export interface Landed {
  readonly steps: boolean;
  readonly events: boolean;
  readonly messages: boolean;
}

export async function touchAll(connection: Connection, signal: AbortSignal): Promise<void> {
  await connection.execute(touchAllSql, {}, { signal });
}

/** `firsts`: table → the row from which on its rows are new. */
export async function touchNew(
  connection: Connection,
  firsts: ReadonlyMap<string, bigint>,
  signal: AbortSignal,
): Promise<void> {
  await connection.execute(touchSql([...firsts.keys()]), Object.fromEntries(firsts), { signal });
}

export async function sumEvents(connection: Connection, signal: AbortSignal): Promise<void> {
  await connection.execute(eventSumsDeleteSql, {}, { signal });
  await connection.execute(eventSumsInsertSql, {}, { signal });
}

/** Where a session says nothing of its own beginning and end, its steps do. */
export async function setTimes(connection: Connection, signal: AbortSignal): Promise<void> {
  await connection.execute(sessionTimesSql, {}, { signal });
}

/** The last of all: no session is touched after it. */
export async function sumTouched(connection: Connection, landed: Landed, signal: AbortSignal): Promise<void> {
  await connection.execute(statsDeleteSql, {}, { signal });
  await connection.execute(statsInsertSql, { ...landed }, { signal });
  await connection.execute(touchedClearSql, {}, { signal });
}
