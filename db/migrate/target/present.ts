import { z } from 'zod';
import { statement } from '../../duckdb';
import type { V2Source } from '../source/open-source';
import type { Present } from '../source/prepared';
import type { Target } from './open-target';

const CHUNK = 5_000;
const key = z.object({ key: z.string() });

/** Which of the source's keys the target has already. */
export async function findPresent(source: V2Source, target: Target, signal: AbortSignal): Promise<Present> {
  const among = async (from: string, column: string, table: string) => {
    const keys = await sourceKeys(source, from, signal);
    const found: string[] = [];
    for (let at = 0; at < keys.length; at += CHUNK) {
      const some = JSON.stringify(keys.slice(at, at + CHUNK));
      const sql = `SELECT ${column} AS key FROM ${table} WHERE ${column} IN (SELECT value FROM json_each(?1)) ORDER BY 1`;
      found.push(...(await target.rows(sql, key, [some])).map((row) => row.key));
    }
    return found;
  };
  const sessionIds = `SELECT session_id AS key FROM v2_session_traces UNION SELECT session_id FROM v2_session_timesteps
    UNION SELECT session_id FROM v2_events UNION SELECT session_id FROM v2_messages`;
  const experimentIds = `SELECT id AS key FROM v2_experiments UNION SELECT experiment_id FROM v2_session_traces WHERE experiment_id IS NOT NULL`;
  return {
    sessions: await among(sessionIds, 'session_id', 'session_traces'),
    experiments: await among(experimentIds, 'experiment_id', 'experiments'),
    systems: await among('SELECT id AS key FROM v2_systems', 'system_id', 'systems'),
    versions: await among('SELECT id AS key FROM v2_system_versions', 'version_id', 'system_versions'),
    links: await presentLinks(target),
  };
}

async function sourceKeys(
  { database, path }: V2Source,
  from: string,
  signal: AbortSignal,
): Promise<string[]> {
  const sql = `SELECT key FROM (${from}) ORDER BY key`;
  const keys = statement({ name: 'migrate.keys', sql, params: z.object({}), row: key });
  return (await database.run(keys, {}, { signal, context: { path } })).map((row) => row.key);
}

const link = z.object({ experiment_id: z.string(), system_id: z.string() });

async function presentLinks(target: Target): Promise<[string, string][]> {
  const sql = `SELECT DISTINCT experiment_id, system_id FROM experimental_systems
    WHERE experiment_id IS NOT NULL AND system_id IS NOT NULL ORDER BY 1, 2`;
  return (await target.rows(sql, link)).map((row) => [row.experiment_id, row.system_id]);
}
