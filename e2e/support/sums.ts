import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const cli = resolve(import.meta.dirname, '../../dist/node/cli.js');
const tables = [
  'sessions',
  'timesteps',
  'events',
  'event_payloads',
  'messages',
  'rewards',
  'systems',
] as const;

/** What `stepscope query` says about every value of a source: per table its rows, and the sum of the rows' hashes. */
export function sumsOf(home: string, location: string): unknown {
  const sql = tables
    .map(
      (table) =>
        `SELECT '${table}' AS name, count(*) AS n, sum(hash(one)) AS hashes FROM (SELECT * EXCLUDE (source_id) FROM ${table}) one`,
    )
    .join(' UNION ALL ');
  const environment = { ...process.env, STEPSCOPE_HOME: home };
  const words = [cli, 'query', location, sql, '--json'];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8', env: environment }));
}
