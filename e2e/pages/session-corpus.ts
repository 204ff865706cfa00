import { copyFileSync } from 'node:fs';
import Database from 'libsql';
import { sessionTablesOfV3 } from '../../db/model/tracing-v3';
import { corpus } from '../support/corpora';

/** Sessions of one cost basis each, one with errors. */
export const basisSessions = {
  reported: 'sess_basis_reported',
  belowOneCent: 'sess_basis_cents',
  unpriced: 'sess_basis_unpriced',
  mixed: 'sess_basis_mixed',
  errors: 'sess_with_errors',
} as const;

/** A small tracing v3 file with them. */
export function basisCorpus(path: string): string {
  copyFileSync(corpus(20), path);
  const database = new Database(path);
  const ids = database.prepare('SELECT session_id FROM session_traces ORDER BY session_id').all();
  Object.values(basisSessions).forEach((name, at) => {
    const { session_id: id } = ids[at] as { session_id: string };
    for (const table of sessionTablesOfV3)
      database.prepare(`UPDATE ${table} SET session_id = ? WHERE session_id = ?`).run(name, id);
  });
  const change = (session: string, set: string, where = '1') =>
    database
      .prepare(`UPDATE events SET ${set} WHERE session_id = ? AND event_type = 'cais' AND ${where}`)
      .run(session);
  const calls = (dollars: number) =>
    `call_records = json_array(json_object('call_id', 'c', 'usage', json_object('cost_usd', ${dollars})))`;
  change(basisSessions.reported, `${calls(0.002)}, cost_usd = 0`);
  change(basisSessions.belowOneCent, 'call_records = NULL, cost_usd = 0');
  change(
    basisSessions.unpriced,
    "call_records = NULL, cost_usd = NULL, model_name = 'osprey-24b-crafter-ft', provider = 'vllm'",
  );
  change(basisSessions.mixed, 'call_records = NULL, cost_usd = 3', 'id % 2 = 0');
  change(basisSessions.mixed, `${calls(0.01)}, cost_usd = 1`, 'id % 2 = 1');
  const broken = database
    .prepare("SELECT id FROM events WHERE session_id = ? AND event_type = 'cais' ORDER BY event_time, id")
    .all(basisSessions.errors)
    .map((row) => (row as { id: number }).id);
  for (const id of [broken[3], broken[30]])
    database
      .prepare(`UPDATE events SET metadata = json_object('error', 'rate limit reached') WHERE id = ?`)
      .run(id);
  database.close();
  return path;
}
