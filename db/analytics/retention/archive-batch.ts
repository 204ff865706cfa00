import { existsSync } from 'node:fs';
import { mkdir, open, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConnectionPool, integer, literal, statement } from '../../duckdb';
import {
  ExpectedError,
  type ExportAttachment,
  exportManifest,
  exportManifestName,
  type TableName,
} from '../../model';
import { sha256Of } from '../../store/care';
import { type ExportRequest, exportTables, wholeScope } from '../export';
import { fillTemplate } from '../queries/template';
import { openWorkspace, type Workspace } from '../workspace';
import writeEmbeddingsSql from './write-embeddings.sql?raw';

export interface CountedRows {
  readonly table: string;
  readonly rows: number;
}

export interface BatchRequest {
  /** The rows of the batch: a tracing v3 file. */
  readonly rows: string;
  readonly counted: readonly CountedRows[];
  /** A line each; they have a file beside the canonical tables. */
  readonly embeddings: { readonly lines: string; readonly count: number };
  /** The folder to make. */
  readonly target: string;
  /** For what describes sessions: one folder for all batches, written again by each. */
  readonly described: string;
  readonly work: string;
  readonly overwrite: boolean;
  readonly applicationVersion: string;
}

const SESSION_TABLES: readonly TableName[] = [
  'sessions',
  'timesteps',
  'events',
  'event_payloads',
  'messages',
  'rewards',
];
const DESCRIBING_TABLES: readonly TableName[] = [
  'experiments',
  'systems',
  'system_versions',
  'experiment_systems',
];
/** Table of the store → table of the archive. */
const CANONICAL: Readonly<Record<string, TableName>> = {
  session_traces: 'sessions',
  session_timesteps: 'timesteps',
  events: 'events',
  messages: 'messages',
  outcome_rewards: 'rewards',
  event_rewards: 'rewards',
};
const WORKSPACE_MB = 512;

/** Writes the archive of a batch and reads it again: what comes back is counted and compared before anybody deletes anything. */
export async function archiveBatch(request: BatchRequest, signal: AbortSignal): Promise<number> {
  const { work, rows } = request;
  const cacheFolder = join(work, 'cache');
  await mkdir(cacheFolder, { recursive: true });
  await using workspace = await openWorkspace({ cacheFolder, memoryLimitMb: WORKSPACE_MB });
  const [opened] = await workspace.open([{ kind: 'path', path: rows }], signal);
  if (opened?.failure) throw new Error(`${rows}: ${opened.failure.message}`);
  await workspace.settled(signal);
  const pool = new ConnectionPool(() => workspace.connect());
  await exportPart(
    pool,
    workspace,
    { ...request, tables: DESCRIBING_TABLES, target: request.described, overwrite: true },
    signal,
  );
  const attach = (folder: string) => attachEmbeddings(pool, request, { folder, signal });
  await exportPart(pool, workspace, { ...request, tables: SESSION_TABLES, attach }, signal);
  return verifyArchive(pool, request, signal);
}

async function exportPart(
  pool: ConnectionPool,
  workspace: Workspace,
  part: BatchRequest & Pick<ExportRequest, 'attach'> & { readonly tables: readonly TableName[] },
  signal: AbortSignal,
): Promise<void> {
  const { target, tables, overwrite, applicationVersion, attach } = part;
  await exportTables(
    pool,
    {
      target,
      format: 'parquet',
      tables,
      overwrite,
      ...wholeScope,
      sources: workspace.state().sources,
      applicationVersion,
      ...(attach === undefined ? {} : { attach }),
    },
    { signal, report: () => {} },
  );
}

const EMBEDDINGS = 'embeddings.parquet';

/** `embeddings.parquet`: the table and the id of the row, its session, and the vector's bytes as libsql has them. Nothing where nothing has one. */
async function attachEmbeddings(
  pool: ConnectionPool,
  { embeddings }: BatchRequest,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
): Promise<ExportAttachment[]> {
  if (embeddings.count === 0) return [];
  const path = join(folder, EMBEDDINGS);
  await using connection = await pool.acquire(signal);
  const sql = fillTemplate(writeEmbeddingsSql, { lines: literal(embeddings.lines), file: literal(path) });
  const rows = await connection.execute(sql, {}, { signal, context: { path } });
  const [{ size: bytes }, sha256] = [await stat(path), await sha256Of(path, signal)];
  return [{ file: EMBEDDINGS, about: 'embeddings of sessions, events and messages', rows, bytes, sha256 }];
}

/** The bytes of the archive. Fails when a file is not as its manifest says, or has other rows than the batch. */
async function verifyArchive(
  pool: ConnectionPool,
  request: BatchRequest,
  signal: AbortSignal,
): Promise<number> {
  const { target, counted, embeddings } = request;
  const bytes = await verifyFiles(target, { counted, embeddings: embeddings.count }, signal);
  await using connection = await pool.acquire(signal);
  for (const [table, rows] of wantedRows(counted)) {
    const count = statement({
      name: `retention.count.${table}`,
      sql: `SELECT count(*) AS rows FROM read_parquet(${literal(join(target, `${table}.parquet`))})`,
      params: z.object({}),
      row: z.object({ rows: integer }),
    });
    const [found] = await connection.run(count, {}, { signal });
    if (found?.rows !== rows)
      throw notAsWritten(target, `has ${found?.rows ?? 0} of ${rows} rows of ${table}`);
  }
  return bytes;
}

/** Each file is there, is what the manifest says, has the rows of the batch, and outlives a power cut. Gives their bytes. */
export async function verifyFiles(
  folder: string,
  { counted, embeddings }: { readonly counted: readonly CountedRows[]; readonly embeddings: number },
  signal: AbortSignal,
): Promise<number> {
  const manifest = exportManifest.parse(JSON.parse(await readFile(join(folder, exportManifestName), 'utf8')));
  const wanted = wantedRows(counted);
  for (const { table, rows } of manifest.tables)
    if ((wanted.get(table) ?? rows) !== rows) throw notAsWritten(folder, `has other rows of ${table}`);
  const { tables, attachments = [] } = manifest;
  if (attachments.reduce((sum, { rows }) => sum + rows, 0) !== embeddings)
    throw notAsWritten(folder, 'has other embeddings');
  const files = [...tables, ...attachments];
  for (const { file, sha256 } of files) {
    const path = join(folder, file);
    if (!existsSync(path)) throw notAsWritten(folder, `has lost ${file}`);
    if ((await sha256Of(path, signal)) !== sha256) throw notAsWritten(folder, `has a changed ${file}`);
    await using opened = await open(path, 'r');
    await opened.sync();
  }
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

function wantedRows(counted: readonly CountedRows[]): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const { table, rows } of counted) {
    const name = CANONICAL[table];
    if (name !== undefined) wanted.set(name, (wanted.get(name) ?? 0) + rows);
  }
  return wanted;
}

function notAsWritten(folder: string, what: string): ExpectedError {
  return new ExpectedError('FORMAT_DAMAGED', `The archive ${folder} ${what}. Nothing of it was deleted.`, {
    path: folder,
    readable: 'the store',
    lost: 'nothing',
    action: `Remove ${folder}, then start the retention again: its sessions are still in the store.`,
  });
}
