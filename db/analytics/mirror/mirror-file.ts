import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Connection, type Database, identifier, literal, statement } from '../../duckdb';
import { ExpectedError } from '../../model';
import type { Cursor, FileReport, SourceWarning } from '../../sources';
import { areThere, type KeptFiles, keptFolderOf, readKept, removeUnused } from './kept-files';
import { mirrorTables, mirrorVersion, sumTables } from './layout';
import keptFilesSql from './sql/kept-files.sql?raw';
import metaSql from './sql/meta.sql?raw';
import touchedSql from './sql/touched.sql?raw';

/** The file of a mirror: made, opened again, and what it says about itself. */
export interface MirrorMeta {
  readonly fingerprint: string | null;
  readonly cursor: Cursor | null;
  readonly isComplete: boolean;
  /** The source has looked through what was read from its beginning. */
  readonly isChecked: boolean;
  readonly warnings: readonly SourceWarning[];
  readonly files: readonly FileReport[];
  /** The tables that lie in files of their own. */
  readonly kept: KeptFiles;
}

export interface MirrorOptions {
  readonly sourceId: string;
  readonly file: string;
  /** Deleted when closed: another process holds the shared one. */
  readonly isPrivate: boolean;
  /** Of the source: its rows are grouped by fewer. */
  readonly hasWideRows?: boolean | undefined;
  /** Of the source: its rows land at once, in a file of small blocks. */
  readonly isSmall?: boolean | undefined;
}

/**
 * Of rows that may hold whole documents. DuckDB writes a batch of more rows at once to the file; of fewer it writes the last group again each
 * time, and 122,880 spans are half a gigabyte.
 */
const WIDE_ROW_GROUP = 4_096;

/** Of a small source's file: of DuckDB's usual blocks one for each table takes 1.3 MB of its memory and 2 MB of the engine's, of these a tenth and a half. */
const SMALL_BLOCK = 16_384;

/** Instead of a file's path. */
export const IN_MEMORY = ':memory:';

const metaRow = z.object({
  version: z.string(),
  source_id: z.string(),
  fingerprint: z.string().nullable(),
  cursor: z.string().nullable(),
  is_complete: z.boolean(),
  is_checked: z.boolean(),
  warnings: z.string(),
  files: z.string(),
});
const warningList = z.array(z.object({ at: z.string(), message: z.string(), count: z.number() }));
const fileList = z.array(
  z.object({
    file: z.string(),
    read: z.number(),
    skipped: z.number(),
    reasons: z.array(z.object({ reason: z.string(), count: z.number() })),
  }),
);
const cursorText = z.record(z.string(), z.unknown());

const readMeta = statement({
  name: 'mirror.meta',
  sql: 'SELECT version, source_id, fingerprint, cursor, is_complete, is_checked, warnings, files FROM mirror_meta',
  params: z.object({}),
  row: metaRow,
});
const writeMeta = statement({
  name: 'mirror.write-meta',
  sql: `UPDATE mirror_meta SET fingerprint = $fingerprint, cursor = $cursor, is_complete = $is_complete, is_checked = $is_checked, warnings = $warnings, files = $files`,
  params: metaRow.omit({ version: true, source_id: true }),
  row: z.unknown(),
});

/** What a source says of itself while it is read. */
export type Said = Pick<MirrorMeta, 'warnings' | 'files'>;

export const emptyMeta: MirrorMeta = {
  fingerprint: null,
  cursor: null,
  isComplete: false,
  isChecked: false,
  warnings: [],
  files: [],
  kept: new Map(),
};

export async function save(connection: Connection, meta: MirrorMeta): Promise<void> {
  await connection.run(writeMeta, {
    fingerprint: meta.fingerprint,
    cursor: meta.cursor === null ? null : JSON.stringify(meta.cursor),
    is_complete: meta.isComplete,
    is_checked: meta.isChecked,
    warnings: JSON.stringify(meta.warnings),
    files: JSON.stringify(meta.files),
  });
}

/** Undefined: of another version, or damaged; the file is gone then. */
export async function openExisting(
  database: Database,
  options: MirrorOptions,
): Promise<MirrorMeta | undefined> {
  const catalog = catalogOf(options.sourceId);
  try {
    await attach(database, options);
  } catch (error) {
    if (error instanceof ExpectedError && error.code === 'LOCKED') throw error;
    await removeMirror(options.file);
    return undefined;
  }
  try {
    const [row] = await inCatalog(database, catalog, (connection) => connection.run(readMeta, {}));
    const folder = keptFolderOf(options.file);
    const isOurs = row?.version === mirrorVersion && row.source_id === options.sourceId;
    const kept = isOurs ? await inCatalog(database, catalog, readKept) : undefined;
    if (isOurs && kept !== undefined && (await areThere(kept, folder))) {
      await removeUnused(kept, folder);
      return {
        kept,
        fingerprint: row.fingerprint,
        cursor: row.cursor === null ? null : cursorText.parse(JSON.parse(row.cursor)),
        isComplete: row.is_complete,
        isChecked: row.is_checked,
        warnings: warningList.parse(JSON.parse(row.warnings)),
        files: fileList.parse(JSON.parse(row.files)),
      };
    }
  } catch {
    // A mirror that cannot be read is only a cache: it is made again.
  }
  await database.execute(`DETACH ${identifier(catalog)}`);
  await removeMirror(options.file);
  return undefined;
}

export async function create(database: Database, options: MirrorOptions): Promise<void> {
  await rm(keptFolderOf(options.file), { recursive: true, force: true });
  await attach(database, options, options.isSmall === true ? `, BLOCK_SIZE ${SMALL_BLOCK}` : '');
  const tables = [
    ...[...mirrorTables, ...sumTables].map(({ ddl }) => ddl),
    metaSql,
    touchedSql,
    keptFilesSql,
  ];
  await inCatalog(database, catalogOf(options.sourceId), (connection) =>
    connection.transaction(async () => {
      // At once: each on its own would be twenty turns of the event loop before the first row of a source shows.
      await connection.execute(tables.map((sql) => sql.trim().replace(/;$/, '')).join(';\n'));
      await connection.execute(
        'INSERT INTO mirror_meta VALUES ($version, $source_id, NULL, NULL, false, false, $warnings, $files)',
        { version: mirrorVersion, source_id: options.sourceId, warnings: '[]', files: '[]' },
      );
    }),
  );
}

/** `layout`: of a file that is made. */
async function attach(database: Database, options: MirrorOptions, layout = ''): Promise<void> {
  const group = options.hasWideRows === true ? `, ROW_GROUP_SIZE ${WIDE_ROW_GROUP}` : '';
  const stored = options.file === IN_MEMORY ? '' : ` (STORAGE_VERSION 'latest'${group}${layout})`;
  const sql = `ATTACH ${literal(options.file)} AS ${identifier(catalogOf(options.sourceId))}${stored}`;
  await database.execute(sql, {}, { context: { path: options.file } });
}

export async function inCatalog<T>(
  database: Database,
  catalog: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  await using connection = await database.acquire();
  await connection.execute(`USE ${identifier(catalog)}`);
  try {
    return await work(connection);
  } finally {
    await connection.execute('USE memory.main');
  }
}

export function catalogOf(sourceId: string): string {
  return `mirror_${sourceId}`;
}

/** Of the file and of those beside it in which rows of it lie. */
export async function bytesOfMirror(file: string): Promise<number> {
  const folder = keptFolderOf(file);
  const beside = (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  const sizes = await Promise.all([file, ...beside].map((path) => sizeOf(path)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}

export async function removeMirror(file: string): Promise<void> {
  await rm(file, { force: true });
  await rm(`${file}.wal`, { force: true });
  await rm(keptFolderOf(file), { recursive: true, force: true });
}
