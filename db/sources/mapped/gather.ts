import type { Connection } from '../../duckdb';
import type { Mapping } from '../../model';
import { type OpenTable, StoredTable } from '../duckdb';
import type { SourceWarning } from '../types';
import { keySql, sessionSql, stepSql } from './entry-sql';
import { declaredFields, EntryTable, selectOf } from './entry-table';
import { type EntryOptions, gathered, type PlacedEntry, placed, usedColumns } from './mapped-format';
import type { RawTable } from './raw-tables';

const MEMORY = 'memory';

/** The tables that a mapping's format reads: one for each entry, and the sessions and steps of all of them. */
export async function gather(
  connection: Connection,
  mapping: Mapping,
  source: {
    readonly raw: ReadonlyMap<string, RawTable>;
    readonly file: string;
    readonly warnings: readonly SourceWarning[];
    readonly signal: AbortSignal;
  },
): Promise<Map<string, OpenTable>> {
  const { raw, file, warnings, signal } = source;
  const tables = new Map<string, OpenTable>();
  const entries: Gathered[] = [];
  const withRest = new Set<string>();
  for (const one of placed(mapping)) {
    const table = raw.get(one.entry.table);
    if (table === undefined || table.table.end === 0) continue;
    const hasRest = !withRest.has(table.name);
    withRest.add(table.name);
    const select = selectOf(one.entry, table, { used: usedColumns(mapping, table.name), hasRest });
    const found = new EntryTable(table, select, declaredFields(one.entry));
    tables.set(one.name, found);
    entries.push({ one, relation: found.relation });
  }
  const options = { count: mapping.entries.length, file, from: '' };
  const make = (name: string, sql: string) =>
    connection.execute(`CREATE OR REPLACE TABLE memory.main.${name} AS ${sql}`, {}, { signal });
  await make('gathered_sessions', sessionsSql(entries, options));
  await make('gathered_steps', stepsSql(entries, options));
  await make(
    'step_links',
    'SELECT session_id, step, min(step_key) AS step_key FROM memory.main.gathered_steps WHERE step IS NOT NULL GROUP BY ALL',
  );
  await make(
    'gathered_experiments',
    'SELECT DISTINCT experiment_id FROM memory.main.gathered_sessions WHERE experiment_id IS NOT NULL ORDER BY ALL',
  );
  await make('mapped_warnings', `SELECT '' AS "at", '' AS message, 0 AS count WHERE false`);
  for (const { at, message, count } of warnings) {
    const values = { at, message, count };
    await connection.execute(
      'INSERT INTO memory.main.mapped_warnings VALUES ($at, $message, $count)',
      values,
    );
  }
  for (const [name, declared] of Object.entries(gathered)) {
    const rows = await connection.native.runAndReadAll(`SELECT count(*) FROM memory.main.${name}`);
    const columns = new Map(
      Object.entries(declared).map(([column, type]) => [column, { name: column, type }]),
    );
    tables.set(
      name,
      new StoredTable({ catalog: MEMORY, schema: 'main', name }, columns, Number(rows.value(0, 0))),
    );
  }
  return tables;
}

interface Gathered {
  readonly one: PlacedEntry;
  readonly relation: string;
}

/** A field that holds the time of a row. */
const TIMES: Readonly<Record<string, string>> = {
  session: 'coalesce(created_at, started_at)',
  step: 'coalesce(started_at, completed_at)',
  event: 'occurred_at',
  message: 'occurred_at',
  span: 'start_time',
};

/** Sessions that have a row of their own, then those that are only named by others; the newest last. */
function sessionsSql(entries: readonly Gathered[], options: EntryOptions): string {
  const own = entries.filter(({ one }) => one.entry.kind === 'session');
  const others = entries.filter(({ one }) => one.entry.kind !== 'session');
  const owned = own.map(
    ({ one, relation }) => `SELECT session AS session_id, experiment AS experiment_id, title,
      coalesce(status, CASE WHEN nullif(error, '') IS NULL THEN 'unknown' ELSE 'error' END) AS status,
      coalesce(created_at, started_at) AS created_at, started_at, ended_at, nullif(error, '') AS error, ${saidSql(one)} AS metadata, reward,
      ${keySql(one, options)} AS place
    FROM ${relation} WHERE session IS NOT NULL`,
  );
  const named = others.map(
    ({
      one,
      relation,
    }) => `SELECT ${sessionSql(one, options)} AS session_id, min(${TIMES[one.entry.kind]}) AS first_at, min(${keySql(one, options)}) AS place,
      ${one.entry.kind === 'span'} AS is_trace
    FROM ${relation} WHERE ${sessionSql(one, options)} IS NOT NULL GROUP BY ALL`,
  );
  const empty = `SELECT NULL::VARCHAR AS session_id, NULL::VARCHAR AS experiment_id, NULL::VARCHAR AS title, NULL::VARCHAR AS status, NULL::TIMESTAMP AS created_at,
    NULL::TIMESTAMP AS started_at, NULL::TIMESTAMP AS ended_at, NULL::VARCHAR AS error, NULL::VARCHAR AS metadata, NULL::DOUBLE AS reward, NULL::BIGINT AS place WHERE false`;
  const emptyNamed =
    'SELECT NULL::VARCHAR AS session_id, NULL::TIMESTAMP AS first_at, NULL::BIGINT AS place, false AS is_trace WHERE false';
  return `WITH owned AS (
      SELECT * FROM (${[empty, ...owned].join(' UNION ALL ')}) QUALIFY row_number() OVER (PARTITION BY session_id ORDER BY place) = 1
    ),
    named AS (
      SELECT session_id, min(first_at) AS first_at, min(place) AS place, bool_and(is_trace) AS is_trace
      FROM (${[emptyNamed, ...named].join(' UNION ALL ')}) GROUP BY session_id
    )
    SELECT coalesce(o.session_id, n.session_id) AS session_id, o.experiment_id,
      CASE WHEN o.session_id IS NULL AND n.is_trace THEN 'trace' ELSE 'session' END AS kind, o.title, coalesce(o.status, 'unknown') AS status,
      coalesce(o.created_at, n.first_at) AS created_at, o.started_at, o.ended_at, o.error, o.metadata, o.reward
    FROM owned o FULL JOIN named n USING (session_id)
    ORDER BY coalesce(o.created_at, n.first_at) NULLS FIRST, coalesce(o.place, n.place)`;
}

/** The mirror believes what the metadata say of a session's outcome and end, before it looks at the steps. */
function saidSql({ entry }: PlacedEntry): string {
  const said = [
    entry.fields.status === undefined ? null : `'status', nullif(status, 'unknown')`,
    entry.fields.ended_at === undefined ? null : `'ended_at', CAST(ended_at AS VARCHAR)`,
  ].filter((part) => part !== null);
  if (said.length === 0) return 'rest';
  return `CAST(json_merge_patch(coalesce(rest, '{}'), json_object(${said.join(', ')})) AS VARCHAR)`;
}

/** Steps that have a row of their own, then those that other rows name. */
function stepsSql(entries: readonly Gathered[], options: EntryOptions): string {
  const own = entries.filter(({ one }) => one.entry.kind === 'step');
  const naming = entries.filter(
    ({ one }) =>
      (one.entry.kind === 'event' || one.entry.kind === 'message') && one.entry.fields.step !== undefined,
  );
  const owned = own.map(
    ({
      one,
      relation,
    }) => `SELECT ${keySql(one, options)} AS step_key, ${sessionSql(one, options)} AS session_id, ${stepSql(one)} AS step, step AS step_id,
      TRY_CAST(coalesce(step_index, TRY_CAST(step AS BIGINT)) AS INTEGER) AS step_index, TRY_CAST(turn_number AS INTEGER) AS turn_number, started_at, completed_at,
      rest AS metadata, reward
    FROM ${relation} WHERE ${sessionSql(one, options)} IS NOT NULL`,
  );
  const named = naming.map(
    ({
      one,
      relation,
    }) => `SELECT ${keySql(one, options)} AS step_key, ${sessionSql(one, options)} AS session_id, step, occurred_at AS first_at
    FROM ${relation} WHERE step IS NOT NULL AND ${sessionSql(one, options)} IS NOT NULL`,
  );
  const empty = `SELECT NULL::BIGINT AS step_key, NULL::VARCHAR AS session_id, NULL::VARCHAR AS step, NULL::VARCHAR AS step_id, NULL::INTEGER AS step_index,
    NULL::INTEGER AS turn_number, NULL::TIMESTAMP AS started_at, NULL::TIMESTAMP AS completed_at, NULL::VARCHAR AS metadata, NULL::DOUBLE AS reward WHERE false`;
  const emptyNamed =
    'SELECT NULL::BIGINT AS step_key, NULL::VARCHAR AS session_id, NULL::VARCHAR AS step, NULL::TIMESTAMP AS first_at WHERE false';
  return `WITH owned AS (${[empty, ...owned].join(' UNION ALL ')}),
    named AS (
      SELECT min(step_key) AS step_key, session_id, step, min(first_at) AS first_at FROM (${[emptyNamed, ...named].join(' UNION ALL ')}) n
      WHERE NOT EXISTS (SELECT 1 FROM owned o WHERE o.session_id = n.session_id AND o.step = n.step) GROUP BY session_id, step
    )
    SELECT * FROM owned
    UNION ALL
    SELECT step_key, session_id, step, step AS step_id,
      coalesce(TRY_CAST(step AS INTEGER), CAST(row_number() OVER (PARTITION BY session_id ORDER BY step_key) - 1 AS INTEGER)) AS step_index,
      NULL AS turn_number, first_at AS started_at, NULL AS completed_at, NULL AS metadata, NULL AS reward
    FROM named
    ORDER BY step_key`;
}
