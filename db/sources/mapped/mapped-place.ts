import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ExpectedError, type Mapping } from '../../model';
import { markReading, TableDatabase, type TablePlace } from '../duckdb';
import { findParquetFiles, stampOf } from '../parquet';
import { sqliteFile } from '../sqlite';
import type { FileReport, Place } from '../types';
import { gather } from './gather';
import type { TableKind } from './kind';
import { usedColumns } from './mapped-format';
import { openRaw, stage } from './raw-tables';
import { dropFiles, ONLY_TABLE, type Staged, type StageOptions } from './staged';

export interface MappedFile {
  readonly place: Place;
  readonly kind: TableKind;
  readonly mapping: Mapping;
  readonly folder: string;
  /** At most so many rows of each table, for a preview. */
  readonly mostRows?: number;
}

/** A file with a mapping over it. What has to be copied first is copied for one reading, and removed after it. */
export class MappedPlace implements TablePlace {
  readonly namespace = null;
  readonly loss = null;
  readonly name: string;
  readonly location: string;
  readonly watched: readonly string[];
  readonly watchedFolders: readonly string[];
  private staged: Staged | undefined;
  private isGuarded = false;

  constructor(private readonly file: MappedFile) {
    const { path, kind } = file.place;
    this.name = basename(path);
    this.location = path;
    this.watched = kind === 'folder' ? [] : [path, `${path}-wal`, `${path}.wal`];
    this.watchedFolders = kind === 'folder' ? [path] : [];
  }

  /** Size and time of the file and its log, and what the mapping says of it. */
  async stamp(signal: AbortSignal): Promise<string> {
    const { place, kind, mapping } = this.file;
    const said = createHash('sha256').update(JSON.stringify(mapping)).digest('hex').slice(0, 16);
    if (place.kind === 'folder')
      return `${await stampOf(await findParquetFiles(place.path, signal), place.path)}|${said}`;
    if (kind.kind === 'sqlite') return `${await sqliteFile(place.path).stamp()}|${said}`;
    const log = await fileStampOf(`${place.path}.wal`);
    const main = await fileStampOf(place.path);
    if (main !== undefined) return `${main}|${log ?? ''}|${said}`;
    throw new ExpectedError('SOURCE_NOT_FOUND', `${place.path} is not there any more.`, {
      path: place.path,
      action: 'Put it back, or close the source.',
    });
  }

  open({ signal }: { readonly signal: AbortSignal }): Promise<TableDatabase> {
    const { place, mapping, folder } = this.file;
    return TableDatabase.open({ path: place.path, folder }, async (connection) => {
      const options: StageOptions = {
        ...this.file,
        only: new Set(mapping.entries.map(({ table }) => table)),
        fields: usedColumns(mapping, ONLY_TABLE),
        signal,
      };
      this.staged ??= await stage(connection, options);
      const raw = await openRaw(connection, options, this.staged);
      const file = { raw, file: this.name, warnings: this.staged?.warnings ?? [], signal };
      return gather(connection, mapping, file);
    });
  }

  async guard(): Promise<AsyncDisposable> {
    if (this.isGuarded) throw new Error('A mapped file is read once at a time.');
    const { place, kind, folder } = this.file;
    const mark = kind.kind === 'duckdb' ? await markReading(place.path, folder) : undefined;
    this.isGuarded = true;
    return {
      [Symbol.asyncDispose]: async () => {
        this.isGuarded = false;
        await mark?.[Symbol.asyncDispose]();
        await this.close();
      },
    };
  }

  reports(tableRows: number): FileReport[] {
    const reasons = this.staged?.skipped ?? [];
    const skipped = reasons.reduce((sum, { count }) => sum + count, 0);
    const rows = (this.staged?.tables ?? []).flatMap(({ files }) => files);
    const read = this.staged === undefined ? tableRows : rows.reduce((sum, file) => sum + file.rows, 0);
    return [{ file: this.name, read: this.staged?.read ?? read, skipped, reasons }];
  }

  async close(): Promise<void> {
    const { staged } = this;
    this.staged = undefined;
    await dropFiles(staged);
  }
}

async function fileStampOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? undefined : `${found.ino}:${found.size}:${found.mtimeNs}`;
}
