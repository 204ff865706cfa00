import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { type TableName, tableNames } from '../../model';
import { rollUpSql, rollUpTables } from '../mirror';
import tablesSql from '../schema/tables.sql?raw';
import type { Workspace } from '../workspace';
import costSumsSql from '../workspace/cost-sums.sql?raw';
import rowsSql from './fixture.sql?raw';

/** For tests of queries: a DuckDB of the canonical tables with a few rows, behind the part of `Workspace` that queries need. */
export async function openFixture(rows: string = rowsSql): Promise<Workspace> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '2' });
  const connection = await instance.connect();
  await connection.run("SET GLOBAL TimeZone = 'UTC'");
  await connection.run(tablesSql);
  await connection.run(rows);
  await connection.run(keyedSql());
  await rollUp(connection);
  connection.closeSync();
  const listeners = new Set<() => void>();
  const source = {
    sourceId: 'a',
    name: 'first.db',
    spec: { kind: 'path', location: '/tmp/first.db', namespace: null },
    format: 'tracing-v3',
    dialect: 'B',
    state: 'ready',
    progress: null,
    rows: {},
    sessions: 4,
    warnings: 0,
    error: null,
    reused: false,
    openedAt: '2026-01-01T00:00:00.000Z',
    waiting: null,
  } as const;
  let revision = 1;
  return {
    open: async () => [],
    close: async () => {},
    refresh: async () => {
      revision += 1;
      for (const listener of listeners) listener();
    },
    holdRows: () => {},
    setLiveStore: () => {},
    committed: () => {},
    state: () => ({
      sources: [source, { ...source, sourceId: 'b', name: 'second.db' }],
      opening: [],
      revision,
      heldAt: null,
    }),
    specs: () => [{ kind: 'path', path: '/tmp/first.db' }],
    onChange: (listener) => {
      listeners.add(listener);
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
    excerpt: async () => null,
    files: () => ({ rows: [], total: 0 }),
    survey: () => Promise.reject(new Error('no files here')),
    previewMapping: () => Promise.reject(new Error('no files here')),
    keepMapping: () => undefined,
    warnings: () => ({ rows: [{ at: 'x.jsonl:3', message: 'no JSON', count: 1 }], total: 1 }),
    settled: async () => {},
    connect: () => instance.connect(),
    moreMemory: async () => ({ [Symbol.asyncDispose]: async () => undefined }),
    [Symbol.asyncDispose]: async () => instance.closeSync(),
  };
}

const WITHOUT_SESSION: readonly TableName[] = [
  'experiments',
  'systems',
  'system_versions',
  'experiment_systems',
  'state_patches',
];

/** What the workspace provides as schema `keyed`: each table of a session with its `session_no`. */
function keyedSql(): string {
  const numbered = `CREATE VIEW session_numbers AS
    SELECT source_id, session_id, row_number() OVER (PARTITION BY source_id ORDER BY rowid)::INTEGER AS session_no,
      rowid AS session_key FROM sessions;`;
  const views = [...tableNames, 'session_stats']
    .filter((name) => !WITHOUT_SESSION.some((other) => other === name))
    .map(
      (name) =>
        `CREATE VIEW keyed.${name} AS SELECT t.*, n.session_no, n.session_key FROM main.${name} t JOIN session_numbers n USING (source_id, session_id);`,
    );
  return ['CREATE SCHEMA keyed;', numbered, ...views, costSumsSql].join('\n');
}

/** The roll-ups as each source's mirror would make them. */
async function rollUp(connection: DuckDBConnection): Promise<void> {
  const sources = ['a', 'b'];
  for (const source of sources) {
    await connection.run(`CREATE SCHEMA mirror_${source}; SET schema = 'mirror_${source}'`);
    await connection.run(`CREATE TABLE events AS SELECT * FROM keyed.events WHERE source_id = '${source}'`);
    for (const { ddl } of rollUpTables) await connection.run(ddl);
    for (const sql of rollUpSql) await connection.run(sql, { first: 0 });
  }
  await connection.run("SET schema = 'main'");
  for (const { name } of rollUpTables) {
    const rows = sources.map((source, place) => {
      const from = `SELECT * REPLACE (model_no + ${100 * place} AS model_no) FROM mirror_${source}.${name}`;
      const join = `LEFT JOIN (SELECT session_no, session_key FROM session_numbers WHERE source_id = '${source}') USING (session_no)`;
      return name === 'call_models' ? from : `SELECT * FROM (${from}) ${join}`;
    });
    await connection.run(`CREATE VIEW keyed.${name} AS ${rows.join(' UNION ALL ')}`);
  }
}
