import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConnectionPool, Database, literal } from '../../duckdb';
import { tableNames } from '../../model';
import { exportTables, wholeScope } from '../export';
import { patience, rowsOf } from './fixture';
import type { Workspace } from './types';

/** Canonical tables with enough rows to stay in their files. Sums of these costs are exact in any order. */
export async function makeTables(folder: string, sessions = 40): Promise<void> {
  await mkdir(folder, { recursive: true });
  await using database = await Database.open();
  const write = (table: string, sql: string) =>
    database.execute(`COPY (${sql}) TO ${literal(join(folder, `${table}.parquet`))} (FORMAT parquet)`);
  await write(
    'sessions',
    `SELECT 's' || range AS session_id, 'session' AS kind, 'completed' AS status, 'title ' || range AS title,
       TIMESTAMP '2026-01-01' + to_minutes(range) AS created_at FROM range(${sessions})`,
  );
  await write(
    'timesteps',
    `SELECT range AS step_key, 's' || (range // 275) AS session_id, (range % 275)::INTEGER AS step_index,
       TIMESTAMP '2026-01-01' + to_seconds(range) AS started_at, TIMESTAMP '2026-01-01' + to_seconds(range + 1) AS completed_at FROM range(11000)`,
  );
  await write(
    'events',
    `SELECT range AS event_key, CASE WHEN range < 11950 THEN 's' || (range // 300) ELSE 'nobody' END AS session_id, range // 2 AS step_key,
       CASE range % 3 WHEN 0 THEN 'environment' ELSE 'cais' END AS event_type, 'm' || (range % 2) AS model, 'p' AS provider,
       CASE range WHEN 3 THEN TIMESTAMP '290000-01-01' ELSE TIMESTAMP '2026-01-01' + to_seconds(range) END AS occurred_at, range AS sequence,
       CASE range WHEN 1 THEN 9223372036854775807 ELSE 10 END AS input_tokens, CASE range WHEN 1 THEN 9223372036854775807 END AS output_tokens,
       CASE WHEN range > 1 THEN 12 END AS total_tokens, CASE WHEN range > 1 THEN 0.25 ELSE 0 END AS cost_usd,
       CASE WHEN range > 1 THEN 'reported' ELSE 'reported_rounded' END AS cost_basis, 100 + range % 50 AS latency_ms, CASE WHEN range % 3 = 0 THEN 0.5 END AS reward,
       CASE WHEN range % 1000 = 1 THEN 'Overloaded' END AS error FROM range(12000)`,
  );
  await write(
    'event_payloads',
    `SELECT range AS event_key, 's' || (range // 300) AS session_id, '[]' AS call_records, '{"n":' || range || '}' AS metadata FROM range(10000)`,
  );
  await write(
    'messages',
    `SELECT range AS message_key, 's' || (range // 300) AS session_id, 'user' AS role, 'text ' || range AS content,
       TIMESTAMP '2026-01-01' + to_seconds(range) AS occurred_at FROM range(10000)`,
  );
  await write(
    'rewards',
    "SELECT range AS reward_key, 's' || range AS session_id, 'outcome' AS scope, range / 4 AS value FROM range(40)",
  );
}

export async function exportOf(workspace: Workspace, target: string, sessions = 'TRUE'): Promise<void> {
  await using pool = new ConnectionPool(() => workspace.connect());
  await exportTables(
    pool,
    {
      target,
      format: 'parquet',
      tables: undefined,
      overwrite: true,
      scope: { sql: sessions, bindings: {} },
      described: wholeScope.described,
      sources: workspace.state().sources,
      applicationVersion: '0',
    },
    { signal: patience(), report: () => {} },
  );
}

/** Everything that the workspace holds, of whichever source: of each table how many rows, and one number of all their values. */
export async function valuesOf(workspace: Workspace): Promise<unknown[]> {
  const usage = `SELECT s.session_id, u.slot, k.model, u.cost_basis, sum(u.calls), sum(u.total_tokens), sum(u.cost_usd), sum(u.errors),
      max(u.latency_ms_max), list_sort(string_split(string_agg(u.bins, ''), ''))
    FROM keyed.call_usage u JOIN keyed.call_models k USING (model_no) LEFT JOIN keyed.sessions s USING (session_key) GROUP BY 1, 2, 3, 4`;
  const one = `SELECT e.* EXCLUDE (source_id, session_no, session_key) FROM keyed.events e
    WHERE session_key IN (SELECT session_key FROM keyed.sessions WHERE session_id = 's7')`;
  const numbered =
    'SELECT s.session_id, m.message_key FROM keyed.messages m JOIN keyed.sessions s USING (session_key)';
  const tables = [...tableNames, 'session_stats'].map(
    (table) => `SELECT * EXCLUDE (source_id) FROM ${table}`,
  );
  const digest = (sql: string) => `SELECT count(*) AS n, sum(hash(t)) AS digest FROM (${sql}) t`;
  const all = [usage, one, numbered, ...tables].map(digest).join(' UNION ALL ');
  return rowsOf(workspace, all);
}

export async function keptTables(workspace: Workspace, sourceId: string): Promise<unknown[]> {
  return rowsOf(workspace, `SELECT table_name FROM mirror_${sourceId}.kept_files ORDER BY ALL`);
}
