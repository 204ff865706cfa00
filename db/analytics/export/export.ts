import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { type Connection, type ConnectionPool, integer, literal, statement } from '../../duckdb';
import {
  ExpectedError,
  type ExportAttachment,
  type ExportManifest,
  exportManifest,
  exportManifestName,
  exportSchemaVersion,
  type TableName,
  tableNames,
} from '../../model';
import type { Predicate } from '../filter';
import { columnsOf } from '../queries';
import { fillTemplate } from '../queries/template';
import type { OpenSource } from '../workspace';
import { COPY_OPTIONS, exportedColumn, isTableName, rowsToExport } from './columns';
import exportSessionsSql from './export-sessions.sql?raw';
import { ExportTarget, translateFileError } from './target';

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

interface Exporting {
  readonly connection: Connection;
  readonly request: ExportRequest;
  readonly folder: string;
  readonly signal: AbortSignal;
}

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
  const exporting = { connection, request, folder: target.partial, signal };
  if (request.scope.sql !== 'TRUE') {
    const sql = fillTemplate(exportSessionsSql, { scope: request.scope.sql });
    await connection.execute(sql, request.scope.bindings, { signal });
  }
  const planned = await countTables(exporting, wanted, request.tables !== undefined);
  const total = planned.reduce((sum, one) => sum + one.rows, 0);
  let done = 0;
  const written: Promise<ExportManifest['tables'][number]>[] = [];
  for (const { table, rows } of planned) {
    report({ phase: `Writing ${table}`, done, total, unit: 'rows' });
    const before = done;
    const onRows = (fraction: number) =>
      report({ phase: `Writing ${table}`, done: before + Math.floor(rows * fraction), total, unit: 'rows' });
    const file = await writeTable(exporting, table, onRows);
    // The checksum of one table is made while the next is written.
    const described = describeFile(exporting, { ...file, table });
    described.catch(() => {});
    written.push(described);
    done += rows;
  }
  const attachments = await request.attach?.(target.partial);
  report({ phase: 'Writing checksums', done, total, unit: 'rows' });
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
    tables: await Promise.all(written),
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
  { connection, request, signal }: Exporting,
  tables: readonly TableName[],
  keepEmpty: boolean,
): Promise<{ table: TableName; rows: number }[]> {
  const counted: { table: TableName; rows: number }[] = [];
  for (const table of tables) {
    const count = statement({
      name: `export.count.${table}`,
      sql: `SELECT count(*) AS rows FROM (${rowsOf(request, table)})`,
      params: z.object({}),
      row: z.object({ rows: integer }),
    });
    const [row] = await connection.run(count, {}, { signal });
    const rows = row?.rows ?? 0;
    if (rows > 0 || keepEmpty) counted.push({ table, rows });
  }
  return counted;
}

function rowsOf(request: ExportRequest, table: TableName): string {
  const columns = columnsOf(table).map(({ name, type }) => exportedColumn(name, type, request.format));
  return rowsToExport(table, request.scope.sql === 'TRUE', columns);
}

/** How often DuckDB is asked how far it is: it has no event for it. */
const SAMPLE_MS = 100;

async function writeTable(
  { connection, request, folder, signal }: Exporting,
  table: TableName,
  onFraction: (fraction: number) => void,
): Promise<{ file: string; rows: number }> {
  const file = `${table}.${request.format}`;
  const sql = `COPY (${rowsOf(request, table)}) TO ${literal(join(folder, file))} (${COPY_OPTIONS[request.format]})`;
  const sampling = setInterval(() => {
    const { percentage } = connection.native.progress;
    if (percentage > 0) onFraction(Math.min(1, percentage / 100));
  }, SAMPLE_MS);
  try {
    const rows = await connection.execute(sql, {}, { signal, context: { path: request.target } });
    return { file, rows };
  } finally {
    clearInterval(sampling);
  }
}

async function describeFile(
  { request, folder, signal }: Exporting,
  written: { table: TableName; file: string; rows: number },
): Promise<ExportManifest['tables'][number]> {
  const path = join(folder, written.file);
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
    const { size } = await stat(path);
    return { ...written, bytes: size, sha256: hash.digest('hex'), columns: columnsOf(written.table) };
  } catch (error) {
    if (signal.aborted)
      throw new ExpectedError(
        'CANCELLED',
        'The export was cancelled.',
        { action: 'Start it again when it is wanted.' },
        { cause: error },
      );
    throw translateFileError(error, request.target);
  }
}
