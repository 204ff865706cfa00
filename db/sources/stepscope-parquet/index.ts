import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import {
  ExpectedError,
  type ExportManifest,
  exportManifest,
  exportManifestName,
  exportSchemaVersion,
  type TableName,
  tableNames,
} from '../../model';
import { damaged } from '../sqlite';
import { stageOf } from '../stages';
import { stayingRows } from '../staying';
import {
  type Chunk,
  type Cursor,
  type ReadRequest,
  type SourceFormat,
  type SumFiles,
  stageNames,
  type TraceSource,
} from '../types';
import { type CheckedFile, copyChecked } from './checked-copy';

/** A folder that Stepscope exported as Parquet: its manifest names a file a table. Each source that went in comes out again as one. */
export const stepscopeParquet: SourceFormat = {
  name: 'stepscope-parquet',
  async open(place) {
    const isManifest = place.kind === 'file' && basename(place.path) === exportManifestName;
    if (!isManifest && !place.entries.some(({ name }) => name === exportManifestName)) return undefined;
    const folder = isManifest ? dirname(place.path) : place.path;
    const text = await readFile(join(folder, exportManifestName), 'utf8').catch(() => undefined);
    if (text === undefined || !text.includes('"stepscope-export"')) return undefined;
    const manifest = parseManifest(text, folder);
    await checkFiles(manifest, folder);
    const single = manifest.sources.length === 1;
    return manifest.sources.map((source) => {
      const name = single ? basename(folder) : `${source.name} · ${basename(folder)}`;
      return new ExportedSource(folder, manifest, { name, sourceId: source.sourceId });
    });
  },
};

function parseManifest(text: string, folder: string): ExportManifest {
  const path = join(folder, exportManifestName);
  const parsed = exportManifest.safeParse(parseJson(text));
  if (!parsed.success) throw damaged(path, 'it is no manifest of an export', 'nothing', 'every table');
  const manifest = parsed.data;
  if (manifest.schemaVersion > exportSchemaVersion) {
    throw new ExpectedError('SCHEMA_UNSUPPORTED', `${path} was written by a newer Stepscope.`, {
      path,
      action: 'Open it with that version.',
      found: [String(manifest.schemaVersion)],
      wanted: [String(exportSchemaVersion)],
    });
  }
  if (manifest.fileFormat !== 'parquet') {
    throw new ExpectedError(
      'FORMAT_UNKNOWN',
      `${folder} is an export as ${manifest.fileFormat}, which does not open again.`,
      { path: folder, detected: `export as ${manifest.fileFormat}`, action: 'Export as Parquet instead.' },
    );
  }
  return manifest;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Each file the manifest names is there and as long as it was. */
async function checkFiles(manifest: ExportManifest, folder: string): Promise<void> {
  const lost: string[] = [];
  for (const table of manifest.tables) {
    const isInside = basename(table.file) === table.file;
    const found = isInside ? await stat(join(folder, table.file)).catch(() => undefined) : undefined;
    if (found?.size !== table.bytes) lost.push(table.table);
  }
  if (lost.length === 0) return;
  const kept = manifest.tables.map((table) => table.table).filter((name) => !lost.includes(name));
  throw damaged(
    folder,
    `${lost.join(', ')} missing, or not as it was exported`,
    kept.join(', '),
    lost.join(', '),
  );
}

function placeOf(table: TableName): number {
  return stageNames.indexOf(stageOf(table));
}

/** Each source of an export copies its files: of more sources, rows are inserted sooner. */
const MOST_STAYING_SOURCES = 8;

type ExportedTable = ExportManifest['tables'][number] & { readonly table: TableName };

/** File of the export → copy, of whoever takes it out. */
type Copies = Map<string, string>;

function takeOut(copies: Copies, file: string): string | undefined {
  const copy = copies.get(file);
  copies.delete(file);
  return copy;
}

async function removeAll(copies: Copies): Promise<void> {
  for (const copy of copies.values()) await rm(copy, { force: true });
  copies.clear();
}

function fingerprintOf(manifest: string): string {
  return createHash('sha256').update(manifest).digest('hex');
}

const exportCursor = z.object({ fingerprint: z.string(), done: z.array(z.string()) });

class ExportedSource implements TraceSource {
  readonly format = 'stepscope-parquet';
  readonly dialect = null;
  readonly name: string;
  readonly location: string;
  readonly namespace: string | null;
  readonly watched: readonly string[];
  readonly isReadByEngine = true;

  constructor(
    folder: string,
    private manifest: ExportManifest,
    private readonly part: { readonly name: string; readonly sourceId: string },
  ) {
    this.location = folder;
    this.name = part.name;
    this.namespace = manifest.sources.length === 1 ? null : part.sourceId;
    this.watched = [join(folder, exportManifestName)];
  }

  async fingerprint(): Promise<string> {
    return fingerprintOf(await this.manifestText());
  }

  private async manifestText(): Promise<string> {
    const path = join(this.location, exportManifestName);
    return readFile(path, 'utf8').catch((error: unknown) => {
      throw new ExpectedError(
        'SOURCE_NOT_FOUND',
        `${path} is not there any more.`,
        { path, action: 'Put it back, or close the source.' },
        { cause: error },
      );
    });
  }

  async canExtend(cursor: Cursor): Promise<boolean> {
    const known = exportCursor.safeParse(cursor);
    return known.success && known.data.fingerprint === (await this.fingerprint());
  }

  async *read(request: ReadRequest): AsyncGenerator<Chunk, void, void> {
    const text = await this.manifestText();
    const fingerprint = fingerprintOf(text);
    // Another export may have taken the place of the one that was opened.
    this.manifest = parseManifest(text, this.location);
    await checkFiles(this.manifest, this.location);
    const done = request.cursor === null ? [] : [...exportCursor.parse(request.cursor).done];
    const left = this.tables().filter(({ table }) => !done.includes(table));
    const chunkOf = (entry: ExportedTable, copies: Copies): Chunk => {
      done.push(entry.table);
      return { ...this.chunkOf(entry, copies), cursor: { fingerprint, done: [...done] } };
    };
    const isFirst = ({ table }: ExportedTable) => stageOf(table) === 'sessions';
    const copies: Copies = new Map();
    for (const entry of left.filter(isFirst)) yield chunkOf(entry, copies);
    const rest = left.filter((entry) => !isFirst(entry));
    const last = rest.at(-1);
    try {
      await this.copyAll(rest, copies, request);
      const areCopied = copies.size > 0;
      for (const entry of rest) {
        const chunk = chunkOf(entry, copies);
        // Rows that stay where they are land in no time: all at once, summed once.
        yield areCopied && entry !== last ? { ...chunk, isContinued: true } : chunk;
      }
    } finally {
      await removeAll(copies);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {}

  /** Whose rows are meant: of an export of one source all, whatever that was called. */
  private get sourceId(): string {
    const [only, ...others] = this.manifest.sources;
    return only === undefined || others.length > 0 ? this.part.sourceId : only.sourceId;
  }

  private tables(): ExportedTable[] {
    const known = this.manifest.tables.flatMap((entry) => {
      const table = tableNames.find((name) => name === entry.table);
      return table === undefined ? [] : [{ ...entry, table }];
    });
    return known.sort((a, b) => placeOf(a.table) - placeOf(b.table));
  }

  private chunkOf({ table, file, rows, columns }: ExportedTable, copies: Copies): Chunk {
    const copy = takeOut(copies, file);
    const sums = copy !== undefined && table === 'events' ? this.takeSums(copies) : undefined;
    const content = {
      kind: 'parquet',
      sourceId: this.sourceId,
      isExported: true,
      ...(copy === undefined
        ? { file: join(this.location, file), isTemporary: false }
        : { file: copy, isTemporary: true, mayStay: rows >= stayingRows }),
      ...(sums === undefined ? {} : { sums }),
    } as const;
    const names = columns.map((column) => column.name);
    return {
      stage: stageOf(table),
      table,
      columns: names,
      content,
      rows,
      mode: 'append',
      cursor: null,
      total: rows,
    };
  }

  /**
   * None where none would stay, or where one of them is not what was exported: then they are read as they are, one after the other, so that
   * whatever can be read is.
   */
  private async copyAll(
    tables: readonly ExportedTable[],
    copies: Copies,
    { folder, signal }: ReadRequest,
  ): Promise<void> {
    const { sums, sources } = this.manifest;
    const isLarge = tables.some(({ rows }) => rows >= stayingRows * sources.length);
    if (!isLarge || sources.length > MOST_STAYING_SOURCES) return;
    const files: CheckedFile[] = [...tables, ...(sums === undefined ? [] : [sums.bySession, sums.byCall])];
    const copyIn = async ({ file, sha256 }: CheckedFile): Promise<void> => {
      const copy = await copyChecked({ file: join(this.location, basename(file)), sha256 }, folder, signal);
      if (copy !== undefined) copies.set(file, copy);
    };
    // Side by side: while one is hashed another is forced to disk.
    await Promise.allSettled(files.map(copyIn));
    signal.throwIfAborted();
    // Sums that are not as they were are no loss: the events are there.
    if (!tables.every(({ file }) => copies.has(file))) await removeAll(copies);
  }

  private takeSums(copies: Copies): SumFiles | undefined {
    const { sums } = this.manifest;
    const bySession = copies.get(sums?.bySession.file ?? '');
    const byCall = copies.get(sums?.byCall.file ?? '');
    if (sums === undefined || bySession === undefined || byCall === undefined) return undefined;
    for (const { file } of [sums.bySession, sums.byCall]) copies.delete(file);
    return { version: sums.version, bySession, byCall };
  }
}
