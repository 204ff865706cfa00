import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import { type Connection, identifier, integer, literal, statement } from '../../duckdb';
import type { Chunk } from '../../sources';
import { type MirrorTable, mirrorTable } from './layout';
import columnsSql from './sql/kept-columns.sql?raw';
import sessionsSql from './sql/kept-sessions.sql?raw';
import listKeptSql from './sql/list-kept-files.sql?raw';
import noteKeptSql from './sql/note-kept-file.sql?raw';

/**
 * A table whose rows stay in a Parquet file until they are moved in: meanwhile a view over it stands where the table will. Rows in a file are
 * never changed.
 */
export interface KeptFile {
  readonly file: string;
  readonly bytes: number;
  readonly rows: number;
}
/** By table. */
export type KeptFiles = ReadonlyMap<string, KeptFile>;

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
const noteKept = statement({
  name: 'mirror.note-kept-file',
  sql: noteKeptSql,
  params: z.object({ table_name: z.string(), file: z.string(), bytes: z.number(), rows: z.number() }),
  row: z.unknown(),
});
const footerColumns = statement({
  name: 'mirror.kept-columns',
  sql: columnsSql,
  params: z.object({ file: z.string() }),
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
const typesOf = (path: string) =>
  statement({
    name: 'mirror.kept-types',
    sql: `DESCRIBE SELECT * FROM read_parquet(${literal(path)})`,
    params: z.object({}),
    row: z.object({ column_name: z.string(), column_type: z.string() }),
  });

/** Files of a mirror stand beside it, and go with it. */
export function keptFolderOf(mirrorFile: string): string {
  return `${mirrorFile}.kept`;
}

export async function readKept(connection: Connection): Promise<KeptFiles> {
  const rows = await connection.run(listKept, {});
  return new Map(
    rows.map((row) => [row.table_name, { file: row.file, bytes: row.bytes, rows: row.row_count }]),
  );
}

/** Each file is where its view looks for it, and as long as it was. */
export async function areThere(kept: KeptFiles, folder: string): Promise<boolean> {
  for (const { file, bytes } of kept.values()) {
    const found = dirname(file) === folder ? await stat(file).catch(() => undefined) : undefined;
    if (found?.size !== bytes) return false;
  }
  return true;
}

/** What is left of readings that ended early, and of rows that were moved in. */
export async function removeUnused(kept: KeptFiles, folder: string): Promise<void> {
  const used = new Set([...kept.values()].map(({ file }) => basename(file)));
  for (const name of await readdir(folder).catch(() => []))
    if (!used.has(name)) await rm(join(folder, name), { force: true });
}

/** Takes a chunk's file instead of its rows. Undefined: its rows have to be inserted. The table is empty. */
export async function keepFile(
  connection: Connection,
  chunk: Chunk,
  keeping: Keeping,
): Promise<KeptFile | undefined> {
  const table = mirrorTable(chunk.table);
  const { signal, folder, sourceId } = keeping;
  const columns = await columnsOf(connection, chunk.content.file, signal);
  if (!(await canStay(connection, { chunk, columns }, keeping))) return undefined;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  // A new name each time: queries that began before may still be reading the old one.
  const file = join(folder, `${table.name}-${randomBytes(8).toString('hex')}.parquet`);
  const { size } = await stat(chunk.content.file);
  await rename(chunk.content.file, file);
  try {
    await connection.execute(`DROP TABLE ${table.name}`);
    await connection.execute(
      `CREATE VIEW ${table.name} AS ${rowsSql(table, columns, sourceId)}, r.file_row_number AS rowid ${fromSql(file)}`,
    );
    await connection.run(noteKept, { table_name: table.name, file, bytes: size, rows: chunk.rows });
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return { file, bytes: size, rows: chunk.rows };
}

/** Makes a table of the view again, without a row. */
export async function releaseFile(connection: Connection, name: string): Promise<void> {
  await connection.execute(`DROP VIEW ${name}; ${mirrorTable(name).ddl}`);
}

/** Makes a table of the view again, with its rows. */
export async function moveIn(
  connection: Connection,
  { name, file }: { readonly name: string; readonly file: string },
  { sourceId, signal }: Pick<Keeping, 'sourceId' | 'signal'>,
): Promise<void> {
  const table = mirrorTable(name);
  const columns = await columnsOf(connection, file, signal);
  await releaseFile(connection, name);
  const names = [...table.columns.map((column) => identifier(column.name)), 'session_no'].join(', ');
  await connection.execute(
    `INSERT INTO ${name} (${names}) ${rowsSql(table, columns, sourceId)} ${fromSql(file)}`,
    {},
    { signal, context: { path: file } },
  );
  await connection.execute('DELETE FROM kept_files WHERE table_name = $name', { name }, { signal });
}

async function columnsOf(
  connection: Connection,
  file: string,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const found = await connection.run(typesOf(file), {}, { signal });
  return new Map(found.map((column) => [column.column_name, column.column_type]));
}

/** The file's columns are the mirror's own, its rows are all of this source, and each belongs to one session. */
async function canStay(
  connection: Connection,
  { chunk, columns }: { readonly chunk: Chunk; readonly columns: ReadonlyMap<string, string> },
  { sourceId, signal, areSessionsSingle }: Keeping,
): Promise<boolean> {
  const { table, content } = chunk;
  const known = mirrorTable(table);
  // By the sessions all others are numbered.
  if (!known.isBySession || table === 'sessions') return false;
  const footer = new Map(
    (await connection.run(footerColumns, { file: content.file }, { signal })).map((column) => [
      column.name,
      column,
    ]),
  );
  for (const { name, type, isRequired } of known.columns) {
    const found = columns.get(name);
    if (found === undefined ? isRequired : found !== type) return false;
    if (isRequired && footer.get(name)?.has_nulls !== false) return false;
  }
  const wanted = (content.kind === 'parquet' ? content.sourceId : null) ?? sourceId;
  const source = footer.get('source_id');
  if (source?.lowest !== wanted || source.highest !== wanted) return false;
  return areSessionsSingle();
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

/** The columns of the table, those that the file lacks unknown, and the session's number behind. */
function rowsSql(table: MirrorTable, inFile: ReadonlyMap<string, string>, sourceId: string): string {
  const columns = table.columns.map(({ name, type }) => {
    if (name === 'source_id') return `${literal(sourceId)} AS source_id`;
    const value = inFile.has(name) ? `r.${identifier(name)}` : `CAST(NULL AS ${type})`;
    return `${value} AS ${identifier(name)}`;
  });
  return `SELECT ${columns.join(', ')}, s.session_no`;
}

/** A filter by the session's number becomes one by its id, by which row groups of the file are skipped. */
function fromSql(file: string): string {
  return `FROM read_parquet(${literal(file)}, file_row_number = true) r LEFT JOIN sessions s ON s.session_id = r.session_id`;
}
