import { z } from 'zod';
import { integer, statement } from '../../duckdb';
import type { V2Source } from './open-source';
import findingsSql from './sql/findings.sql?raw';
import highestSql from './sql/highest.sql?raw';
import prepareSql from './sql/prepare.sql?raw';
import weighSql from './sql/weigh.sql?raw';
import weightsSql from './sql/weights.sql?raw';
import { type V2Table, v2TableNames } from './tables';

/** What the target holds already, by its keys: left out, with all that belongs to it. */
export interface Present {
  readonly sessions: readonly string[];
  readonly experiments: readonly string[];
  readonly systems: readonly string[];
  readonly versions: readonly string[];
  readonly links: readonly (readonly [string, string])[];
}

/** One batch of a table: numbered over the whole run, the same each time for the same source and `Present`. */
export interface Batch {
  readonly number: number;
  readonly table: V2Table;
  readonly after: bigint;
  readonly last: bigint;
  readonly rows: number;
}

const finding = z.object({
  events_placed: integer,
  events_lost: integer,
  messages_placed: integer,
  messages_lost: integer,
  placeholder_sessions: integer,
  placeholder_experiments: integer,
});
export type Findings = z.infer<typeof finding>;

const highestRow = z.object({
  session_timesteps: z.bigint(),
  events: z.bigint(),
  messages: z.bigint(),
  experimental_systems: z.bigint(),
});

/** The source's rows that are to be migrated, in batches. */
export interface Prepared {
  readonly batches: readonly Batch[];
  readonly findings: Findings;
  readonly highest: z.infer<typeof highestRow>;
}

export async function prepareSource(
  source: V2Source,
  present: Present,
  signal: AbortSignal,
): Promise<Prepared> {
  const { database, path } = source;
  const options = { signal, context: { path } };
  await bindPresent(source, present, signal);
  await database.execute(prepareSql, {}, options);
  await database.execute(weightsSql, {}, options);
  const batches: Batch[] = [];
  for (const table of v2TableNames) {
    const weigh = statement({
      name: `migrate.weigh.${table}`,
      sql: weighSql.replace('events_weights', `${table}_weights`),
      params: z.object({}),
      row: z.object({ last: z.bigint(), n: integer }),
    });
    let after = -1n;
    for (const { last, n } of await database.run(weigh, {}, options)) {
      batches.push({ number: batches.length, table, after, last, rows: n });
      after = last;
    }
  }
  const [findings] = await database.run(
    statement({ name: 'migrate.findings', sql: findingsSql, params: z.object({}), row: finding }),
    {},
    options,
  );
  const [highest] = await database.run(
    statement({ name: 'migrate.highest', sql: highestSql, params: z.object({}), row: highestRow }),
    {},
    options,
  );
  if (findings === undefined || highest === undefined)
    throw new Error('a statement without FROM gave no row');
  return { batches, findings, highest };
}

const presentTables = {
  sessions: ['present_sessions', 'session_id'],
  experiments: ['present_experiments', 'experiment_id'],
  systems: ['present_systems', 'system_id'],
  versions: ['present_versions', 'version_id'],
} as const;

async function bindPresent({ database }: V2Source, present: Present, signal: AbortSignal): Promise<void> {
  for (const [name, [table, column]] of Object.entries(presentTables)) {
    const keys = present[name as keyof typeof presentTables];
    await database.execute(
      `CREATE OR REPLACE TEMP TABLE ${table} AS SELECT CAST(unnest($keys) AS VARCHAR) AS ${column}`,
      { keys },
      { signal },
    );
  }
  await database.execute(
    'CREATE OR REPLACE TEMP TABLE present_links AS SELECT CAST(unnest($experiments) AS VARCHAR) AS experiment_id, CAST(unnest($systems) AS VARCHAR) AS system_id',
    {
      experiments: present.links.map(([experiment]) => experiment),
      systems: present.links.map(([, system]) => system),
    },
    { signal },
  );
}
