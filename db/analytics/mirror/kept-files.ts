import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type Connection, identifier, integer, literal, statement } from '../../duckdb';
import type { Chunk } from '../../sources';
import { type MirrorTable, mirrorTable } from './layout';
import { hasPrices } from './price';
import forgetKeptSql from './sql/forget-kept-files.sql?raw';
import columnsSql from './sql/kept-columns.sql?raw';
import sessionsSql from './sql/kept-sessions.sql?raw';
import listKeptSql from './sql/list-kept-files.sql?raw';
import noteKeptSql from './sql/note-kept-file.sql?raw';

/**
 * Of a table whose rows stay in Parquet files until they are moved in: meanwhile a view over them stands where the table will. Rows in a file
 * are never changed.
 */
export interface KeptFile {
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
}
/** By table. */
export type KeptFiles = ReadonlyMap<string, readonly KeptFile[]>;

export interface Keeping {
  readonly sourceId: string;
  /** Of the mirror's kept files. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** No session is in the mirror twice. */
  readonly areSessionsSingle: () => Promise<boolean>;
}

const listKept = statement({
  name: 'mirror.kept-files',
  sql: listKeptSql,
  params: z.object({}),
  row: z.object({ table_name: z.string(), file: z.string(), bytes: integer, row_count: integer }),
});
const countRows = (files: string, filter: string) =>
  statement({
    name: 'mirror.kept-rows',
    sql: `SELECT count(*) AS n FROM ${files} r${filter}`,
    params: z.object({}),
    row: z.object({ n: integer }),
  });
const noteKept = statement({
  name: 'mirror.note-kept-file',
  sql: noteKeptSql,
  params: z.object({ table_name: z.string(), file: z.string(), bytes: z.number(), rows: z.number() }),
  row: z.unknown(),
});
const footerColumns = statement({
  name: 'mirror.kept-columns',
  sql: columnsSql,
  params: z.object({ files: z.array(z.string()) }),
  row: z.object({
    name: z.string(),
    has_nulls: z.boolean(),
    lowest: z.string().nullable(),
    highest: z.string().nullable(),
  }),
});
const singleSessions = statement({
  name: 'mirror.kept-sessions',
  sql: sessionsSql,
  params: z.object({}),
  row: z.object({ are_single: z.boolean() }),
});
const typesOf = (files: string) =>
  statement({
    name: 'mirror.kept-types',
    sql: `DESCRIBE SELECT * FROM ${files}`,
    params: z.object({}),
    row: z.object({ column_name: z.string(), column_type: z.string() }),
  });

/** Files of a mirror stand beside it, and go with it. */
export function keptFolderOf(mirrorFile: string): string {
  return `${mirrorFile}.kept`;
}

export async function readKept(connection: Connection): Promise<KeptFiles> {
  const kept = new Map<string, KeptFile[]>();
  for (const { table_name, file, bytes, row_count } of await connection.run(listKept, {}))
    kept.set(table_name, [...(kept.get(table_name) ?? []), { file, bytes, rows: row_count }]);
  return kept;
}

export function filesOf(kept: KeptFiles): KeptFile[] {
  return [...kept.values()].flat();
}

/** Each file is where its view looks for it, and as long as it was. */
export async function areThere(kept: KeptFiles, folder: string): Promise<boolean> {
  for (const { file, bytes } of filesOf(kept)) {
    const found = dirname(file) === folder ? await stat(file).catch(() => undefined) : undefined;
    if (found?.size !== bytes) return false;
  }
  return true;
}

/** What is left of readings that ended early, and of rows that were moved in. */
export async function removeUnused(kept: KeptFiles, folder: string): Promise<void> {
  const used = new Set(filesOf(kept).map(({ file }) => basename(file)));
  for (const name of await readdir(folder).catch(() => []))
    if (!used.has(name)) await rm(join(folder, name), { force: true });
}

/** They are the whole of their tables, in files that their rows may stay in. */
export function mayStay(chunks: readonly Chunk[]): boolean {
  return chunks.some(({ content }) => content.kind === 'parquet' && content.mayStay === true);
}

/** Written by a reader for this landing, unlike an export, which says what it cost and is not priced anew with another day's prices. */
export function isOwn({ content }: Chunk): boolean {
  return content.kind === 'text' || content.isExported !== true;
}

/** Takes the files of a table's chunks instead of their rows. Undefined: those have to be inserted. The table is empty. */
export async function keepFiles(
  connection: Connection,
  chunks: readonly Chunk[],
  keeping: Keeping,
): Promise<readonly KeptFile[] | undefined> {
  const [chunk] = chunks;
  if (chunk === undefined) return undefined;
  const table = mirrorTable(chunk.table);
  const { signal, folder, sourceId } = keeping;
  const found = chunks.map(({ content }) => content.file);
  const columns = await columnsOf(connection, found, signal);
  const filter = await filterOf(connection, { chunk, found, columns }, keeping);
  if (filter === undefined) return undefined;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const kept: KeptFile[] = [];
  try {
    for (const { content, rows } of chunks) {
      // A new name each time: queries that began before may still be reading the old one.
      const file = join(folder, `${table.name}-${randomBytes(8).toString('hex')}.parquet`);
      const { size } = await stat(content.file);
      await rename(content.file, file);
      kept.push({
        file,
        bytes: size,
        rows: filter === '' ? rows : await countOf(connection, file, filter, signal),
      });
    }
    await connection.execute(`DROP TABLE ${table.name}`);
    const values = `${valuesSql(table, columns, sourceId)}, s.session_no, r.file_row_number AS rowid`;
    await connection.execute(`CREATE VIEW ${table.name} AS SELECT ${values} ${fromSql(kept)}${filter}`);
    for (const { file, bytes, rows } of kept)
      await connection.run(noteKept, { table_name: table.name, file, bytes, rows });
  } catch (error) {
    for (const { file } of kept) await rm(file, { force: true });
    throw error;
  }
  return kept;
}

/** Makes a table of the view again, without a row. */
export async function releaseFiles(connection: Connection, name: string): Promise<void> {
  await connection.execute(forgetKeptSql, { table_name: name });
  await connection.execute(`DROP VIEW ${name}; ${mirrorTable(name).ddl}`);
}

/** Makes a table of the view again, with its rows. */
export async function moveIn(connection: Connection, name: string, signal: AbortSignal): Promise<void> {
  const { columns, ddl } = mirrorTable(name);
  await connection.execute(`ALTER VIEW ${name} RENAME TO kept_rows; ${ddl}`);
  const names = [...columns.map((column) => identifier(column.name)), 'session_no'].join(', ');
  await connection.execute(`INSERT INTO ${name} (${names}) SELECT ${names} FROM kept_rows`, {}, { signal });
  await connection.execute('DROP VIEW kept_rows');
  await connection.execute(forgetKeptSql, { table_name: name }, { signal });
}

async function columnsOf(
  connection: Connection,
  files: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = await connection.run(typesOf(filesSql(files)), {}, { signal });
  return new Map(found.map((column) => [column.column_name, column.column_type]));
}

async function countOf(
  connection: Connection,
  file: string,
  filter: string,
  signal: AbortSignal,
): Promise<number> {
  const [row] = await connection.run(countRows(filesSql([file]), filter), {}, { signal });
  return row?.n ?? 0;
}

/**
 * By which the chunks' rows are told from others in their files; empty: all are meant. Undefined: they cannot stay there, as the columns are
 * not the mirror's own, a call has yet to get its price, or a row may belong to more than one session.
 */
async function filterOf(
  connection: Connection,
  {
    chunk,
    found,
    columns,
  }: {
    readonly chunk: Chunk;
    readonly found: readonly string[];
    readonly columns: ReadonlyMap<string, string>;
  },
  { sourceId, signal, areSessionsSingle }: Keeping,
): Promise<string | undefined> {
  const { table, content } = chunk;
  const known = mirrorTable(table);
  // By the sessions all others are numbered.
  if (!known.isBySession || table === 'sessions') return undefined;
  const footers = await connection.run(footerColumns, { files: [...found] }, { signal });
  const footer = new Map(footers.map((column) => [column.name, column]));
  for (const { name, type, isRequired } of known.columns) {
    if (name === 'source_id') continue;
    const inFile = columns.get(name);
    if (inFile === undefined ? isRequired : inFile !== type) return undefined;
    if (isRequired && footer.get(name)?.has_nulls !== false) return undefined;
  }
  if (!(await areSessionsSingle())) return undefined;
  const values = `SELECT ${valuesSql(known, columns, sourceId)} FROM ${filesSql(found)} r`;
  if (table === 'events' && isOwn(chunk) && (await hasPrices(connection, values, signal))) return undefined;
  const wanted = content.kind === 'parquet' ? content.sourceId : null;
  const source = footer.get('source_id');
  if (wanted === null || (source?.lowest === wanted && source.highest === wanted)) return '';
  return source === undefined ? undefined : ` WHERE r.source_id = ${literal(wanted)}`;
}

/** Whether no session is in the mirror twice, so that a join by its id gives each row once: one answer for all tables of a landing. */
export function askedOnce(connection: Connection, signal: AbortSignal): () => Promise<boolean> {
  let answer: Promise<boolean> | undefined;
  return () => {
    answer ??= connection
      .run(singleSessions, {}, { signal })
      .then(([sessions]) => sessions?.are_single === true);
    return answer;
  };
}

/** The columns of the table, those that the files lack unknown. */
function valuesSql(table: MirrorTable, inFiles: ReadonlyMap<string, string>, sourceId: string): string {
  const columns = table.columns.map(({ name, type }) => {
    if (name === 'source_id') return `${literal(sourceId)} AS source_id`;
    const value = inFiles.has(name) ? `r.${identifier(name)}` : `CAST(NULL AS ${type})`;
    return `${value} AS ${identifier(name)}`;
  });
  return columns.join(', ');
}

/** A filter by the session's number becomes one by its id, by which row groups of the files are skipped. */
function fromSql(kept: readonly KeptFile[]): string {
  return `FROM ${filesSql(kept.map(({ file }) => file))} r LEFT JOIN sessions s ON s.session_id = r.session_id`;
}

/** Names of folders above them say nothing of their rows. */
function filesSql(files: readonly string[]): string {
  const list = files.map(literal).join(', ');
  const isUnited = files.length > 1;
  return `read_parquet([${list}], file_row_number = true, union_by_name = ${isUnited}, hive_partitioning = false)`;
}
