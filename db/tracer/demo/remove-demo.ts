import { createClient } from '@libsql/client';
import type { StoreTarget } from '../../store';
import { deleteSessions } from '../../store/care';
import demoSessionsSql from './demo-sessions.sql?raw';

/** Takes the sessions of the demo out of a store again. Gives how many there were. */
export async function removeDemo(target: StoreTarget, signal: AbortSignal): Promise<number> {
  const client = createClient({ url: target.url, ...(target.token ? { authToken: target.token } : {}) });
  let removed = 0;
  try {
    // What was on its way when the writing was ended has landed before the first are deleted: it goes with the next.
    for (;;) {
      const { rows } = await client.execute(demoSessionsSql);
      // Nobody has a copy that they would have to equal.
      const sessions = rows.map(({ session_id, n }) => ({
        sessionId: String(session_id),
        rows: Number(n),
        fingerprint: null,
      }));
      const kept = await deleteSessions(target, sessions, { signal, onDeleted: () => undefined });
      removed += sessions.length - kept.length;
      if (sessions.length === kept.length) return removed;
    }
  } finally {
    client.close();
  }
}
