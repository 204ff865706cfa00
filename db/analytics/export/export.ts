import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type ConnectionPool, integer, statement } from '../../duckdb';
import {
  ExpectedError,
  type ExportAttachment,
  type ExportManifest,
  type ExportSums,
  exportManifest,
  exportManifestName,
  exportSchemaVersion,
  type TableName,
  tableNames,
} from '../../model';
import { stayingRows } from '../../sources';
import type { Predicate } from '../filter';
import { columnsOf } from '../queries';
import { fillTemplate } from '../queries/template';
import type { OpenSource } from '../workspace';
import { type COPY_OPTIONS, exportedColumn, isTableName, rowsToExport } from './columns';
import exportSessionsSql from './export-sessions.sql?raw';
import { writeSums } from './sums';
import { ExportTarget, translateFileError } from './target';
import { describeFile, type Exporting, writeRows } from './write-file';

export interface ExportRequest {
  readonly target: string;
  readonly format: keyof typeof COPY_OPTIONS;
  /** Absent: every table that has rows. */
  readonly tables: readonly string[] | undefined;
  readonly overwrite: boolean;
  readonly scope: Predicate;
  /** What the manifest says of the scope, and where its rows are from. */
  readonly described: ExportManifest['scope'];
  readonly sources: readonly OpenSource[];
  readonly applicationVersion: string;
  /** Writes more files into the folder before it appears, and says which. */
  readonly attach?: (folder: string) => Promise<readonly ExportAttachment[]>;
}

export interface ExportProgress {
  readonly phase: string;
  readonly done: number;
  readonly total: number;
  readonly unit: 'rows';
}

export interface ExportResult {
  readonly path: string;
  readonly manifest: ExportManifest;
}

/** Each row of every source. */
export const wholeScope: Pick<ExportRequest, 'scope' | 'described'> = {
  scope: { sql: 'TRUE', bindings: {} },
  described: { q: '', sourceIds: null, from: null, to: null, selectedSessions: null },
};

/** Writes the scope's rows as one file a table with a manifest. The folder appears whole or not at all. */
export async function exportTables(
  pool: ConnectionPool,
  request: ExportRequest,
  options: { signal: AbortSignal; report: (progress: ExportProgress) => void },
): Promise<ExportResult> {
  const { signal, report } = options;
  const wanted = chooseTables(request.tables);
  await using target = await ExportTarget.create(request.target, request.overwrite);
  await using connection = await pool.acquire(signal);
  const exporting = {
    connection,
    format: request.format,
    folder: target.partial,
    target: target.path,
    signal,
  };
  // Of one moment: rows that land meanwhile are in none of its files.
  const written = await connection.transaction(() => writeFiles(exporting, { request, wanted }, report));
  const { rows: total } = written;
  const attachments = await request.attach?.(target.partial);
  report({ phase: 'Writing checksums', done: total, total, unit: 'rows' });
  const manifest = exportManifest.parse({
    format: 'stepscope-export',
    schemaVersion: exportSchemaVersion,
    application: { name: 'stepscope', version: request.applicationVersion },
    createdAt: new Date().toISOString(),
    fileFormat: request.format,
    scope: request.described,
    sources: request.sources.map(({ sourceId, name, format, spec }) => ({
      sourceId,
      name,
      format,
      location: spec.location,
    })),
    tables: await Promise.all(written.tables),
    ...(written.sums === null ? {} : { sums: written.sums }),
    ...(attachments === undefined ? {} : { attachments: [...attachments] }),
  } satisfies ExportManifest);
  try {
    await writeFile(join(target.partial, exportManifestName), `${JSON.stringify(manifest, null, 2)}\n`);
    await target.finish(request.overwrite);
  } catch (error) {
    throw translateFileError(error, target.path);
  }
  return { path: target.path, manifest };
}

type DescribedTable = ExportManifest['tables'][number];

interface WrittenFiles {
  readonly tables: readonly Promise<DescribedTable>[];
  /** Null where nobody would read them: others are added up as they are opened. */
  readonly sums: ExportSums | null;
  readonly rows: number;
}

async function writeFiles(
  exporting: Exporting,
  { request, wanted }: { readonly request: ExportRequest; readonly wanted: readonly TableName[] },
  report: (progress: ExportProgress) => void,
): Promise<WrittenFiles> {
  const { connection, signal } = exporting;
  const { scope } = request;
  const isEverything = scope.sql === 'TRUE';
  if (!isEverything)
    await connection.execute(fillTemplate(exportSessionsSql, { scope: scope.sql }), scope.bindings, {
      signal,
    });
  const planned = await countTables(exporting, { request, wanted });
  const total = planned.reduce((sum, one) => sum + one.rows, 0);
  let done = 0;
  const tables: Promise<DescribedTable>[] = [];
  for (const { table, rows } of planned) {
    const phase = `Writing ${table}`;
    report({ phase, done, total, unit: 'rows' });
    const before = done;
    const onFraction = (fraction: number) =>
      report({ phase, done: before + Math.floor(rows * fraction), total, unit: 'rows' });
    const sql = rowsOf(request, table);
    const written = await writeRows(exporting, { name: table, sql }, onFraction);
    // The checksum of one table is made while the next is written.
    const described = describeFile(exporting, written).then((file) => ({
      ...file,
      table,
      columns: columnsOf(table),
    }));
    described.catch(() => {});
    tables.push(described);
    done += rows;
  }
  const hasRows = (table: TableName, least: number) =>
    planned.some((one) => one.table === table && one.rows >= least);
  // Only such an export is opened by its sums.
  const isSummed =
    request.format === 'parquet' &&
    request.sources.length === 1 &&
    hasRows('sessions', 1) &&
    hasRows('events', stayingRows);
  return { tables, rows: total, sums: isSummed ? await writeSums(exporting, isEverything) : null };
}

function chooseTables(names: readonly string[] | undefined): readonly TableName[] {
  if (names === undefined) return tableNames;
  return names.map((name) => {
    if (isTableName(name)) return name;
    throw new ExpectedError('QUERY_INVALID', `"${name}" is no table.`, {
      action: `Choose among ${tableNames.join(', ')}.`,
    });
  });
}

/** Tables with rows, and those that were asked for by name. */
async function countTables(
  { connection, signal }: Exporting,
  { request, wanted }: { readonly request: ExportRequest; readonly wanted: readonly TableName[] },
): Promise<{ table: TableName; rows: number }[]> {
  const counted: { table: TableName; rows: number }[] = [];
  for (const table of wanted) {
    const count = statement({
      name: `export.count.${table}`,
      sql: `SELECT count(*) AS rows FROM (${rowsOf(request, table)})`,
      params: z.object({}),
      row: z.object({ rows: integer }),
    });
    const [row] = await connection.run(count, {}, { signal });
    const rows = row?.rows ?? 0;
    if (rows > 0 || request.tables !== undefined) counted.push({ table, rows });
  }
  return counted;
}

function rowsOf(request: ExportRequest, table: TableName): string {
  const columns = columnsOf(table).map(({ name, type }) => exportedColumn(name, type, request.format));
  return rowsToExport(table, request.scope.sql === 'TRUE', columns);
}
