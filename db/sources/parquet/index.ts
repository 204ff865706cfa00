import { basename, dirname, relative } from 'node:path';
import { type ExpectedError, tableNames } from '../../model';
import {
  damagedTables,
  findDamage,
  type ParquetTable,
  TableDatabase,
  type TableFormat,
  type TablePlace,
  TableSource,
} from '../duckdb';
import type { FileReport, Place, ReadRequest, SourceFormat, TraceSource } from '../types';
import { findParquetFiles, hasOtherFiles, stampOf } from './files';
import { type FoundParquet, parquetTables } from './tables';

export { canonicalTables } from './canonical';
export { findParquetFiles, stampOf } from './files';
export { parquetTables } from './tables';

const MAGIC = 'PAR1';
/** Head, length of the footer and tail of a file without a row. */
const SMALLEST_BYTES = 12;

/** One Parquet file, or a folder of them (with `key=value` folders below it, if it is so divided), read as tables of these schemas. */
export function parquetFiles(schemas: readonly TableFormat[]): SourceFormat {
  const known = new Set<string>([...tableNames, ...schemas.flatMap((schema) => Object.keys(schema.tables))]);
  return {
    name: 'parquet',
    async open(place, signal, tools) {
      if (place.kind === 'file' ? !isParquet(place) : hasOtherFiles(place.entries)) return undefined;
      const files = new ParquetPlace(place, known, tools?.folder);
      return (await files.list(signal)).length === 0 ? undefined : recognise(files, schemas, signal);
    },
  };
}

function isParquet(place: Place): boolean {
  if (!Buffer.from(place.head.subarray(0, 4)).equals(Buffer.from(MAGIC))) return false;
  if (place.size >= SMALLEST_BYTES) return true;
  throw damagedTables(place.path, 'it ends before its first row', { readable: 'nothing', lost: 'every row' });
}

async function recognise(
  files: ParquetPlace,
  schemas: readonly TableFormat[],
  signal: AbortSignal,
): Promise<TraceSource[] | undefined> {
  await using database = await files.open({ signal });
  if (database.tables.size === 0 && files.loss !== null) throw files.loss;
  for (const schema of schemas) {
    const found = schema.recognise(database.tables);
    if (found !== undefined) return [new TableSource(schema, found.dialect, files)];
  }
  const damage = await findDamage(database, signal);
  if (damage !== undefined) throw damagedTables(files.location, damage.detail, damage);
  return undefined;
}

class ParquetPlace implements TablePlace {
  readonly name: string;
  readonly location: string;
  readonly namespace = null;
  readonly watched: readonly string[];
  readonly watchedFolders: readonly string[];
  private found: FoundParquet | undefined;

  constructor(
    private readonly place: Place,
    private readonly known: ReadonlySet<string>,
    private readonly folder: string | undefined,
  ) {
    this.location = place.path;
    this.name = basename(place.path);
    this.watched = place.kind === 'file' ? [place.path] : [];
    this.watchedFolders = place.kind === 'file' ? [] : [place.path];
  }

  /** Files that were left out, as one failure. */
  get loss(): ExpectedError | null {
    const damaged = this.found?.damaged ?? [];
    const [first] = damaged;
    if (first === undefined) return null;
    if (this.place.kind === 'file') return first.error;
    const names = damaged.map(({ path }) => path).join(', ');
    return damagedTables(
      this.location,
      `${damaged.length} of its files could not be read`,
      { readable: 'the other files', lost: names },
      first.error,
    );
  }

  async list(signal: AbortSignal): Promise<string[]> {
    return this.place.kind === 'file' ? [this.location] : findParquetFiles(this.location, signal);
  }

  open({ signal }: Pick<ReadRequest, 'signal'>): Promise<TableDatabase> {
    return TableDatabase.open({ path: this.location, folder: this.folder }, async (connection) => {
      const files = await this.list(signal);
      const root = this.place.kind === 'file' ? dirname(this.location) : this.location;
      this.found = await parquetTables(connection, { files, root, known: this.known }, signal);
      return this.found.tables;
    });
  }

  async stamp(signal: AbortSignal): Promise<string> {
    return stampOf(await this.list(signal), this.location);
  }

  /** Parquet is read by the same instance that is thrown away when it fails, and has ended no process. */
  async guard(): Promise<AsyncDisposable> {
    return { [Symbol.asyncDispose]: async () => undefined };
  }

  reports(): FileReport[] {
    const name = (path: string) => relative(this.location, path) || basename(path);
    const { tables, damaged } = this.found ?? { tables: new Map<string, ParquetTable>(), damaged: [] };
    const files = [...tables.values()].flatMap((table) => table.files);
    return [
      ...files.map(({ path, rows }) => ({ file: name(path), read: rows, skipped: 0, reasons: [] })),
      ...damaged.map(({ path, error }) => ({
        file: name(path),
        read: 0,
        skipped: 1,
        reasons: [{ reason: error.message, count: 1 }],
      })),
    ];
  }

  async close(): Promise<void> {}
}
