import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ConnectionPool, integer, literal, statement } from '../../../duckdb';
import type { Predicate } from '../../filter';
import { fillTemplate } from '../../queries/template';
import { ExportTarget } from '../target';
import chosenSql from './chosen.sql?raw';
import eventsSql from './events.sql?raw';
import keysSql from './keys.sql?raw';
import macrosSql from './macros.sql?raw';
import messagesSql from './messages.sql?raw';
import sessionTimestepsSql from './session-timesteps.sql?raw';
import sessionTracesSql from './session-traces.sql?raw';

/** The four files that programs of tracing v2 read, in the columns and types of its schema. */
export const tracingV2Files = {
  session_traces: sessionTracesSql,
  session_timesteps: sessionTimestepsSql,
  events: eventsSql,
  messages: messagesSql,
} as const;
const tables = Object.keys(tracingV2Files) as (keyof typeof tracingV2Files)[];

export interface TracingV2Export {
  readonly target: string;
  readonly overwrite: boolean;
  readonly scope: Predicate;
}

export interface TracingV2Result {
  readonly path: string;
  readonly tables: readonly {
    readonly table: string;
    readonly file: string;
    readonly rows: number;
    readonly bytes: number;
  }[];
}

const count = statement({
  name: 'export.tracingV2.count',
  sql: `SELECT (SELECT count(*) FROM chosen_v2) + (SELECT count(*) FROM steps_v2) + (SELECT count(*) FROM events_v2) + (SELECT count(*) FROM messages_v2) AS n`,
  params: z.object({}),
  row: z.object({ n: integer }),
});

/** Writes the scope's sessions as tracing v2 exported them. The folder appears whole or not at all; it has no manifest, as theirs had none. */
export async function exportTracingV2(
  pool: ConnectionPool,
  request: TracingV2Export,
  options: {
    signal: AbortSignal;
    report: (progress: { phase: string; done: number; total: number; unit: 'rows' }) => void;
  },
): Promise<TracingV2Result> {
  const { signal, report } = options;
  await using target = await ExportTarget.create(request.target, request.overwrite, isTracingV2Folder);
  await using connection = await pool.acquire(signal);
  await connection.execute(macrosSql, {}, { signal });
  const chosen = fillTemplate(chosenSql, { scope: request.scope.sql });
  await connection.execute(chosen, request.scope.bindings, { signal });
  await connection.execute(keysSql, {}, { signal });
  const [total] = await connection.run(count, {}, { signal });
  let done = 0;
  const written: TracingV2Result['tables'][number][] = [];
  for (const table of tables) {
    report({ phase: `Writing ${table}`, done, total: total?.n ?? 0, unit: 'rows' });
    const file = `${table}.parquet`;
    const path = join(target.partial, file);
    const sql = `COPY (${tracingV2Files[table]}) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`;
    const rows = await connection.execute(sql, {}, { signal, context: { path: request.target } });
    written.push({ table, file, rows, bytes: (await stat(path)).size });
    done += rows;
  }
  await target.finish(request.overwrite);
  return { path: target.path, tables: written };
}

/** Only such a folder is replaced. */
function isTracingV2Folder(names: readonly string[]): boolean {
  return names.length === tables.length && tables.every((table) => names.includes(`${table}.parquet`));
}
