import { lockForUserSql } from '../../../db/analytics/user-sql';
import { UsageError } from '../failure';
import { type RowFormat, writeRows } from '../rows';
import type { Terminal } from '../terminal';
import { type OpenOptions, Traces } from '../traces';

export interface QueryOptions extends OpenOptions {
  readonly json?: boolean;
  readonly csv?: boolean;
  /** Seconds that DuckDB may work on it. */
  readonly timeout: number;
}

/** `query PATH SQL`: one statement over the canonical tables, all of them read to their end. */
export async function query(
  terminal: Terminal,
  location: string,
  sql: string,
  options: QueryOptions,
): Promise<void> {
  if (options.json && options.csv) throw new UsageError('--json and --csv exclude each other.');
  await using traces = await Traces.open(location, options, terminal);
  await traces.read();
  await using userSql = await lockForUserSql(await traces.workspace.connect());
  const { columns, batches } = await userSql.stream(sql, {
    signal: terminal.signal,
    limitMs: options.timeout * 1_000,
  });
  await writeRows(terminal, { columns: columns.map((column) => column.name), batches }, formatOf(options));
  await traces.complain();
}

function formatOf(options: QueryOptions): RowFormat {
  if (options.json) return 'json';
  return options.csv ? 'csv' : 'text';
}
