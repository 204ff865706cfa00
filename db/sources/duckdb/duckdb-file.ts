import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ExpectedError } from '../../model';
import type { FileReport, OpenTools, Place, SourceFormat, TraceSource } from '../types';
import { copyDatabase, type FileCopy } from './copies';
import { damagedTables, refuseOld } from './errors';
import { type DuckDbHeader, isDuckDb, readHeader } from './header';
import { markReading } from './marks';
import { findDamage } from './survey';
import { TableDatabase } from './table-database';
import type { TableFormat } from './table-format';
import { type TablePlace, TableSource } from './table-source';

/** A DuckDB file, whose tables are one of these schemas. Undefined when they are none: its columns may be mapped by hand. */
export function duckdbFile(schemas: readonly TableFormat[]): SourceFormat {
  return {
    name: 'duckdb',
    async open(place, signal, tools) {
      if (place.kind !== 'file') return undefined;
      if (!isDuckDb(place.head)) return refuseLog(place);
      const header = readHeader(place.head);
      if (header === undefined) {
        const lost = { readable: 'nothing', lost: 'every row' };
        throw damagedTables(place.path, 'it ends within its header', lost);
      }
      refuseOld(place.path, header);
      const file = await OpenFile.open({ path: place.path, header, tools }, signal);
      try {
        const source = await recognise(file, schemas, signal);
        if (source === undefined) await file.close();
        return source;
      } catch (error) {
        await file.close();
        throw error;
      }
    },
  };
}

async function recognise(
  file: OpenFile,
  schemas: readonly TableFormat[],
  signal: AbortSignal,
): Promise<TraceSource[] | undefined> {
  await using _guard = await file.guard();
  await using database = await file.open({ signal });
  if (database.tables.size === 0) throw noTables(file.path, file.header);
  for (const schema of schemas) {
    const found = schema.recognise(database.tables);
    if (found !== undefined) return [new TableSource(schema, found.dialect, file)];
  }
  const damage = await findDamage(database, signal);
  if (damage !== undefined) throw damagedTables(file.path, damage.detail, damage);
  if (file.loss !== null) throw file.loss;
  return undefined;
}

interface FileOptions {
  readonly path: string;
  readonly header: DuckDbHeader;
  readonly tools: OpenTools | undefined;
}

/** The file, or a private copy of it: asked for, or made because its log does not replay. */
class OpenFile implements TablePlace {
  readonly name: string;
  readonly namespace: string | null;
  readonly watched: readonly string[];
  loss: ExpectedError<'FORMAT_DAMAGED'> | null = null;

  private constructor(
    private readonly options: FileOptions,
    private copy: FileCopy | undefined,
  ) {
    const isSnapshot = copy !== undefined;
    const at = new Date().toTimeString().slice(0, 5);
    this.name = isSnapshot ? `${basename(options.path)} (snapshot ${at})` : basename(options.path);
    this.namespace = isSnapshot ? `snapshot ${new Date().toISOString()}` : null;
    this.watched = isSnapshot ? [] : [options.path, `${options.path}.wal`];
  }

  static async open(options: FileOptions, signal: AbortSignal): Promise<OpenFile> {
    const { tools, path } = options;
    if (tools?.isSnapshot !== true) return new OpenFile(options, undefined);
    return new OpenFile(options, await copyDatabase(path, { folder: tools.folder, withLog: true, signal }));
  }

  get path(): string {
    return this.options.path;
  }

  get location(): string {
    return this.options.path;
  }

  get header(): DuckDbHeader {
    return this.options.header;
  }

  /** The folder of the opening serves the reading too. */
  async open({ signal }: { readonly signal: AbortSignal }): Promise<TableDatabase> {
    const { path, header, tools } = this.options;
    const place = { path, header, folder: tools?.folder };
    const open = () =>
      TableDatabase.openFile(
        { ...place, ...(this.copy === undefined ? {} : { file: this.copy.file }) },
        signal,
      );
    try {
      return await open();
    } catch (error) {
      if (!isLogDamage(error) || tools === undefined || this.loss !== null) throw error;
      const log = await stat(`${path}.wal`).catch(() => undefined);
      await this.copy?.[Symbol.asyncDispose]();
      this.copy = await copyDatabase(path, { folder: tools.folder, withLog: false, signal });
      this.loss = damagedTables(
        path,
        'its write-ahead log does not replay',
        {
          readable: 'everything up to the last checkpoint',
          lost: `what was written after it (${log?.size.toLocaleString('en') ?? 'some'} bytes of log)`,
        },
        error,
      );
      return open();
    }
  }

  async stamp(): Promise<string> {
    if (this.copy !== undefined && this.watched.length === 0) return this.namespace ?? '';
    const main = await stampOf(this.path);
    if (main === undefined) {
      throw new ExpectedError('SOURCE_NOT_FOUND', `${this.path} is not there any more.`, {
        path: this.path,
        action: 'Put it back, or close the source.',
      });
    }
    return `${main}|${(await stampOf(`${this.path}.wal`)) ?? ''}`;
  }

  async guard(): Promise<AsyncDisposable> {
    const folder = this.options.tools?.folder;
    return folder === undefined
      ? { [Symbol.asyncDispose]: async () => undefined }
      : markReading(this.path, folder);
  }

  reports(rows: number): FileReport[] {
    return [{ file: basename(this.path), read: rows, skipped: 0, reasons: [] }];
  }

  async close(): Promise<void> {
    await this.copy?.[Symbol.asyncDispose]();
  }
}

async function stampOf(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined);
  return found === undefined ? undefined : `${found.ino}:${found.size}:${found.mtimeNs}`;
}

function isLogDamage(error: unknown): boolean {
  return error instanceof ExpectedError && /replaying WAL/.test(String(error.cause));
}

function noTables(path: string, { writer }: DuckDbHeader): ExpectedError<'FORMAT_UNKNOWN'> {
  const by = writer === null ? '' : ` (written by DuckDB ${writer})`;
  return new ExpectedError('FORMAT_UNKNOWN', `${path} is a DuckDB database without tables${by}.`, {
    path,
    detected: 'DuckDB database without tables',
    action: 'Open a trace database, a run folder or an sqld directory.',
  });
}

/** A DuckDB log has no mark of its own; beside its database it is told by its name. */
async function refuseLog(place: Place): Promise<undefined> {
  const database = /^(.*)\.wal$/.exec(place.path)?.[1];
  if (database === undefined) return undefined;
  const isThere = await stat(database).then(
    (found) => found.isFile(),
    () => false,
  );
  const where = isThere
    ? `Open ${database}, which is read together with it.`
    : `Put ${database} beside it and open that.`;
  throw new ExpectedError('FORMAT_UNKNOWN', `${place.path} is the write-ahead log of a database.`, {
    path: place.path,
    detected: 'write-ahead log',
    action: where,
  });
}
