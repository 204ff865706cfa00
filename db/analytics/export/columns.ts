import { type TableName, tableNames } from '../../model';

/** How the rows of a table belong to the exported sessions (`export_sessions`, a temporary table). Fixed SQL for each table. */
const BY_SESSION =
  '(x.source_id, x.session_id) IN (SELECT (p.source_id, p.session_id) FROM export_sessions p)';
const BY_SOURCE = 'x.source_id IN (SELECT p.source_id FROM export_sessions p)';

const BELONGS: Readonly<Record<TableName, string>> = {
  experiments: `(x.source_id, x.experiment_id) IN (SELECT (s.source_id, s.experiment_id) FROM sessions s
    JOIN export_sessions p ON p.source_id = s.source_id AND p.session_id = s.session_id)`,
  systems: BY_SOURCE,
  system_versions: BY_SOURCE,
  experiment_systems: BY_SOURCE,
  sessions: BY_SESSION,
  timesteps: BY_SESSION,
  events: BY_SESSION,
  event_payloads: BY_SESSION,
  messages: BY_SESSION,
  rewards: BY_SESSION,
  turn_metrics: BY_SESSION,
  spans: BY_SESSION,
  state_patches: `(x.source_id, x.trace_id) IN (SELECT (s.source_id, s.trace_id) FROM spans s
    JOIN export_sessions p ON p.source_id = s.source_id AND p.session_id = s.session_id)`,
};

/** Whether a row `x` of the table is to be exported. */
export function belongsSql(table: TableName): string {
  return BELONGS[table];
}

/** The rows of a table to export, in their order; `columns` as `exportedColumn` gives them. */
export function rowsToExport(table: TableName, isEverything: boolean, columns: readonly string[]): string {
  const where = isEverything ? '' : ` WHERE ${belongsSql(table)}`;
  return `SELECT ${columns.join(', ')} FROM ${table} x${where}`;
}

/** JSON has no NaN and no infinity: they are null there, as `JSON.stringify` has them. */
export function exportedColumn(name: string, type: string, format: keyof typeof COPY_OPTIONS): string {
  const isDouble = format === 'jsonl' && type.toUpperCase() === 'DOUBLE';
  return isDouble ? `CASE WHEN isfinite(x.${name}) THEN x.${name} END AS ${name}` : `x.${name}`;
}

export function isTableName(name: string): name is TableName {
  return tableNames.some((table) => table === name);
}

/** COPY's options by format. CSV: NULL is nothing, the empty text is `""`. */
export const COPY_OPTIONS = {
  parquet: 'FORMAT parquet, COMPRESSION zstd',
  csv: "FORMAT csv, HEADER, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ'",
  jsonl: "FORMAT json, TIMESTAMPFORMAT '%Y-%m-%dT%H:%M:%S.%fZ'",
} as const;
