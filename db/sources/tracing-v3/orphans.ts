import { placeOf } from './columns';
import type { Looked } from './odd-values';

const OF_SESSIONS = ['session_timesteps', 'events', 'messages', 'outcome_rewards', 'event_rewards'];

/** Rows whose session is not there (a session that was deleted, a file that was put together) stand in no list: how many, and where. */
export async function sayOrphans({ reader, tables, signal, warn }: Looked): Promise<void> {
  for (const table of OF_SESSIONS.filter((name) => tables.get(name)?.has('session_id') === true)) {
    const [row = []] = await reader.rows(
      `SELECT count(*), min(rowid) FROM ${placeOf(tables, table)} WHERE session_id IS NULL
        OR session_id NOT IN (SELECT session_id FROM ${placeOf(tables, 'session_traces')} WHERE session_id IS NOT NULL)`,
      [],
      signal,
    );
    const [count, first] = row.map(Number);
    if (count === undefined || count === 0) continue;
    warn({
      at: `${table}, row ${first}`,
      message: 'Rows name a session that the file does not have: they stand in no session.',
      count,
    });
  }
}
