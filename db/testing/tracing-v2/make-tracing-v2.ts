import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Database, literal } from '../../duckdb';
import manySql from './many.sql?raw';
import manyEventsSql from './many-events.sql?raw';
import manyMessagesSql from './many-messages.sql?raw';
import manyStepsSql from './many-steps.sql?raw';
import quirksSql from './quirks.sql?raw';
import schemaSql from './schema.sql?raw';

export interface TracingV2Options {
  /** Ordinary sessions beside the quirks, 4 steps, 12 events and 8 messages each. Default: none. */
  readonly sessions?: number;
  /** Leaves the quirks out. */
  readonly isPlain?: boolean;
  /** More SQL, run at the end. */
  readonly sql?: string;
}

/** For tests: a DuckDB file as tracing v2 wrote it, with every quirk of real ones (`quirks.sql`). The file must not exist. */
export async function makeTracingV2(file: string, options: TracingV2Options = {}): Promise<void> {
  await using database = await Database.open({ path: file });
  await database.execute(schemaSql);
  if (options.isPlain !== true) await database.execute(quirksSql);
  const sessions = options.sessions ?? 0;
  if (sessions > 0) {
    for (const sql of [manySql, manyStepsSql, manyEventsSql, manyMessagesSql]) {
      await database.execute(sql, { sessions });
    }
  }
  if (options.sql !== undefined) await database.execute(options.sql);
  await database.execute('CHECKPOINT');
}

export const tracingV2ParquetTables = ['session_traces', 'session_timesteps', 'events', 'messages'] as const;

/** pandas knows no NULL in a column of integers: they become DOUBLE there. JSON is text in any Parquet. */
const PANDAS_ROWS: Readonly<Record<(typeof tracingV2ParquetTables)[number], string>> = {
  session_traces:
    'SELECT * REPLACE (num_timesteps::DOUBLE AS num_timesteps, num_events::DOUBLE AS num_events, num_messages::DOUBLE AS num_messages) FROM session_traces',
  session_timesteps:
    'SELECT * REPLACE (num_events::DOUBLE AS num_events, num_messages::DOUBLE AS num_messages) FROM session_timesteps',
  events: `SELECT * REPLACE (timestep_id::DOUBLE AS timestep_id, message_time::DOUBLE AS message_time, prompt_tokens::DOUBLE AS prompt_tokens,
    completion_tokens::DOUBLE AS completion_tokens, total_tokens::DOUBLE AS total_tokens) FROM events`,
  messages:
    'SELECT * REPLACE (timestep_id::DOUBLE AS timestep_id, message_time::DOUBLE AS message_time) FROM messages',
};

/** For tests: the four-file export of tracing v2. `pandas` as its own exporter wrote it, `duckdb` as COPY writes it (the default). */
export async function exportTracingV2Parquet(
  file: string,
  folder: string,
  flavour: 'duckdb' | 'pandas' = 'duckdb',
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await using database = await Database.open({ path: file, readOnly: true });
  for (const table of tracingV2ParquetTables) {
    const target = literal(join(folder, `${table}.parquet`));
    const rows = flavour === 'pandas' ? PANDAS_ROWS[table] : `SELECT * FROM ${table}`;
    await database.execute(`COPY (${rows}) TO ${target} (FORMAT parquet)`);
  }
}
