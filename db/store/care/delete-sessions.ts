import { type Client, createClient, type InStatement } from '@libsql/client';
import { ExpectedError } from '../../model';
import { persist, type StoreTarget } from '../persist';
import deleteEventRewards from './sql/delete-event-rewards.sql?raw';
import deleteEvents from './sql/delete-events.sql?raw';
import deleteMessages from './sql/delete-messages.sql?raw';
import deleteOutcomeRewards from './sql/delete-outcome-rewards.sql?raw';
import deleteSessionTimesteps from './sql/delete-session-timesteps.sql?raw';
import deleteSessionTraces from './sql/delete-session-traces.sql?raw';
import refuseForeignRewards from './sql/refuse-foreign-rewards.sql?raw';
import sessionExists from './sql/session-exists.sql?raw';
import sessionFingerprint from './sql/session-fingerprint.sql?raw';

export interface Fingerprinted {
  readonly sessionId: string;
  /** Of what was archived: a session that has changed since stays. Null: it goes as it is. */
  readonly fingerprint: string | null;
  readonly rows: number;
}

export interface DeleteOptions {
  readonly signal: AbortSignal;
  readonly onDeleted: (sessions: number) => void;
}

/** A transaction holds the gate's permit: writers should not wait long for it. */
const TRANSACTION_ROWS = 5_000;
const DELETES = [
  deleteEventRewards,
  deleteOutcomeRewards,
  deleteMessages,
  deleteEvents,
  deleteSessionTimesteps,
  deleteSessionTraces,
];
/** `json()` of a sentence fails, and with it the transaction: SQLite has no other way to say no in a batch. */
const GUARD = `SELECT json(iif((${sessionFingerprint.replace(/^(--.*\n)+/, '').replace(/;?\s*$/, '')}) = ?2, '1', 'has changed'))`;

/**
 * Deletes whole sessions, a few a transaction, so that writers keep going; one that is not any more as it was archived stays. Gives those
 * that stayed. Deleting again what is gone does nothing.
 */
export async function deleteSessions(
  target: StoreTarget,
  sessions: readonly Fingerprinted[],
  { signal, onDeleted }: DeleteOptions,
): Promise<string[]> {
  const client = createClient({ url: target.url, ...(target.token ? { authToken: target.token } : {}) });
  const kept: string[] = [];
  try {
    for (const group of groupsOf(sessions)) {
      if (signal.aborted)
        throw new ExpectedError('CANCELLED', 'The sessions are not all deleted: it was cancelled.', {
          action: 'Start it again: it goes on where it was.',
        });
      if (!(await tryDelete(client, target, group)))
        for (const one of group)
          if (!(await tryDelete(client, target, [one])) && (await isThere(client, one)))
            kept.push(one.sessionId);
      onDeleted(group.length);
    }
    return kept;
  } finally {
    client.close();
  }
}

function groupsOf(sessions: readonly Fingerprinted[]): Fingerprinted[][] {
  const groups: Fingerprinted[][] = [];
  let rows = Number.POSITIVE_INFINITY;
  for (const session of sessions) {
    if (rows + session.rows > TRANSACTION_ROWS) {
      groups.push([]);
      rows = 0;
    }
    groups.at(-1)?.push(session);
    rows += session.rows;
  }
  return groups;
}

/** False: one of them has changed, or is gone; then none was deleted. */
async function tryDelete(
  client: Client,
  target: StoreTarget,
  group: readonly Fingerprinted[],
): Promise<boolean> {
  const batch = group.flatMap(({ sessionId, fingerprint }): InStatement[] => [
    ...(fingerprint === null ? [] : [{ sql: GUARD, args: [sessionId, fingerprint] }]),
    { sql: refuseForeignRewards, args: [sessionId] },
    ...DELETES.map((sql) => ({ sql, args: [sessionId] })),
  ]);
  try {
    // `migrate` is a batch without foreign keys, which here would search all rewards for each message.
    await persist(client, target, () => client.migrate(batch));
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes('malformed JSON')) return false;
    throw error;
  }
}

async function isThere(client: Client, { sessionId }: Fingerprinted): Promise<boolean> {
  const { rows } = await client.execute({ sql: sessionExists, args: [sessionId] });
  return Number(rows[0]?.n ?? 0) > 0;
}
