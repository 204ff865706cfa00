import { basename } from 'node:path';
import { z } from 'zod';
import { type Connection, literal, statement } from '../../duckdb';
import { ExpectedError } from '../../model';
import { type FoundColumn, fileFailure, type ParquetFile, ParquetTable } from '../duckdb';
import { canonicalNameOf } from './canonical';
import { namesOf } from './files';

/** Files whose footers are looked at in one query. */
const FILES_AT_ONCE = 500;

interface FoundFile extends ParquetFile {
  /** Column → type, as the file has them. */
  readonly columns: string;
}

export interface FoundParquet {
  readonly tables: ReadonlyMap<string, ParquetTable>;
  /** Files that are no Parquet, or damaged at their end: they are left out. */
  readonly damaged: readonly { readonly path: string; readonly error: ExpectedError }[];
}

/**
 * The tables of Parquet files: files of one name are one. `known` are names that formats look for; a file that has none of them is told by
 * its columns. Null: nobody knows any, and files of equal columns are one.
 */
export async function parquetTables(
  connection: Connection,
  place: {
    readonly files: readonly string[];
    readonly root: string;
    readonly known: ReadonlySet<string> | null;
  },
  signal: AbortSignal,
): Promise<FoundParquet> {
  const damaged: { path: string; error: ExpectedError }[] = [];
  const found: FoundFile[] = [];
  for (let at = 0; at < place.files.length; at += FILES_AT_ONCE) {
    const part = place.files.slice(at, at + FILES_AT_ONCE);
    try {
      found.push(...(await footersOf(connection, part, signal)));
    } catch {
      for (const path of part) {
        try {
          found.push(...(await footersOf(connection, [path], signal)));
        } catch (error) {
          const failure = fileFailure(error, path);
          if (!(failure instanceof ExpectedError) || failure.code === 'CANCELLED') throw failure;
          damaged.push({ path, error: failure });
        }
      }
    }
  }
  const { known, root } = place;
  const groups = new Map<string, FoundFile[]>();
  for (const file of found) {
    const key = known === null ? file.columns : nameOf(file, { root, known });
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [file]);
    else group.push(file);
  }
  const tables = new Map<string, ParquetTable>();
  for (const [key, files] of groups) {
    const name = known === null ? unusedName(files, root, tables) : key;
    const columns = await columnsOf(connection, files, signal);
    tables.set(name, new ParquetTable(name, files, columns));
  }
  return { tables, damaged };
}

/** After their folder, where several files are one table; after the file, where it is alone. */
function unusedName(files: readonly FoundFile[], root: string, used: ReadonlyMap<string, unknown>): string {
  const [own = 'rows', folder = own] = namesOf(files[0]?.path ?? '', root);
  const name = files.length === 1 ? own : folder;
  return used.has(name) ? `${name} ${used.size + 1}` : name;
}

function nameOf(
  file: FoundFile,
  place: { readonly root: string; readonly known: ReadonlySet<string> },
): string {
  const names = namesOf(file.path, place.root);
  const known = names.find((name) => place.known.has(name));
  if (known !== undefined) return known;
  const columns = new Set(file.columns.split('\0'));
  return canonicalNameOf(columns) ?? names[0] ?? basename(file.path);
}

/** Rows and column names of each file, from its footer. A list that names a damaged file fails as a whole. */
async function footersOf(
  connection: Connection,
  files: readonly string[],
  signal: AbortSignal,
): Promise<FoundFile[]> {
  const list = `[${files.map(literal).join(', ')}]`;
  const footers = statement({
    name: 'parquet.footers',
    sql: `SELECT m.file_name, m.num_rows, s.columns FROM parquet_file_metadata(${list}) m
      JOIN (SELECT file_name, string_agg(lower(name), chr(0) ORDER BY column_id) AS columns
        FROM parquet_schema(${list}) WHERE column_id > 0 GROUP BY file_name) s USING (file_name) ORDER BY m.file_name`,
    params: z.object({}),
    row: z.object({ file_name: z.string(), num_rows: z.bigint().transform(Number), columns: z.string() }),
  });
  const rows = await connection.run(footers, {}, { signal });
  return rows.map((row) => ({ path: row.file_name, rows: row.num_rows, columns: row.columns }));
}

async function columnsOf(
  connection: Connection,
  files: readonly ParquetFile[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, FoundColumn>> {
  const list = `[${files.map(({ path }) => literal(path)).join(', ')}]`;
  const describe = statement({
    name: 'parquet.columns',
    sql: `DESCRIBE SELECT * FROM read_parquet(${list}, union_by_name = true)`,
    params: z.object({}),
    row: z.object({ column_name: z.string(), column_type: z.string() }),
  });
  const rows = await connection.run(describe, {}, { signal });
  return new Map(
    rows.map((row) => [row.column_name.toLowerCase(), { name: row.column_name, type: row.column_type }]),
  );
}
