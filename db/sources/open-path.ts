import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ExpectedError, type Failure, toFailure } from '../model';
import { documentFormats } from './document-formats';
import { type DocumentFormat, DocumentSource } from './documents';
import { formats } from './formats';
import { openMapped, unmapped } from './mapped';
import { lookAt } from './place';
import type { OpenTools, Place, SourceFormat, TraceSource } from './types';
import { type Walked, walk } from './walk';

/** What a path came to. A file alone either gives sources or throws; a folder gives what is in it and says what it could not use. */
export interface FoundSources {
  readonly sources: readonly TraceSource[];
  /** Traces in the folder that could not be opened. */
  readonly failures: readonly { readonly path: string; readonly failure: Failure }[];
  /** Files of the folder that are of no known format. */
  readonly unknownFiles: { readonly count: number; readonly examples: readonly string[] };
}

const NAMED_EXAMPLES = 5;
/** Files that are looked at before it is their turn. */
const LOOKS_AHEAD = 32;

/** Recognises what stands at a path, by content, and opens it: a file, a folder of a format, or a folder of whatever. */
export async function openPath(path: string, signal: AbortSignal, tools?: OpenTools): Promise<FoundSources> {
  const place = await lookAt(path);
  // A mapping that is given goes before what the file may look like.
  const sources =
    tools?.mapping === undefined
      ? await openPlace(place, signal, tools)
      : await openMapped(place, tools, { mapping: tools.mapping, signal });
  if (sources !== undefined) return found(sources);
  if (place.kind === 'folder') {
    const search = new FolderSearch(place.path, signal, tools);
    const all = await search.run();
    if (all.sources.length + all.failures.length > 0) return all;
  }
  const mapped =
    tools === undefined ? undefined : await openMapped(place, tools, { mapping: undefined, signal });
  if (mapped !== undefined) return found(mapped);
  throw await unmapped(place, path, signal);
}

async function openPlace(
  place: Place,
  signal: AbortSignal,
  tools: OpenTools | undefined,
): Promise<readonly TraceSource[] | undefined> {
  const sources = await openWith(formats, place, signal, tools);
  if (place.kind === 'folder')
    return sources && [...sources, ...(await openArchive(place.path, signal, tools))];
  if (sources !== undefined) return sources;
  for (const format of documentFormats) {
    const recognition = await format.recognise(place, signal);
    if (recognition === undefined) continue;
    return [
      new DocumentSource(
        {
          format: format.name,
          dialect: recognition.dialect,
          name: basename(place.path),
          root: place.path,
          findFiles: async () => [''],
        },
        [''],
      ),
    ];
  }
  return undefined;
}

/** What a store has moved out of itself lies in `archive` below its folder. */
async function openArchive(
  folder: string,
  signal: AbortSignal,
  tools: OpenTools | undefined,
): Promise<readonly TraceSource[]> {
  const path = join(folder, 'archive');
  const hasOne = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
  return hasOne ? ((await openWith(formats, await lookAt(path), signal, tools)) ?? []) : [];
}

interface Group {
  readonly format: DocumentFormat;
  readonly files: string[];
  readonly folders: Set<string>;
  readonly dialects: Set<string | null>;
}

interface Look {
  readonly file: Walked;
  readonly place: Promise<Place>;
}

/** One search through a folder: databases and folders of a format become sources, documents of one format become one source together. */
class FolderSearch {
  private readonly sources: TraceSource[] = [];
  private readonly failures: { path: string; failure: Failure }[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly seen: string[] = [];
  private readonly unknown: string[] = [];

  constructor(
    private readonly root: string,
    private readonly signal: AbortSignal,
    private readonly tools: OpenTools | undefined,
  ) {}

  async run(): Promise<FoundSources> {
    const { signal, root } = this;
    const looks: Look[] = [];
    for await (const file of walk(root, { signal, take: (folder) => this.takeFolder(folder) })) {
      const place = lookAt(file.path);
      // Its failure is taken in turn.
      place.catch(() => undefined);
      looks.push({ file, place });
      const next = looks.length > LOOKS_AHEAD ? looks.shift() : undefined;
      if (next !== undefined) await this.takeFile(next);
    }
    for (const look of looks) await this.takeFile(look);
    const isAlone = this.sources.length + this.groups.size === 1;
    for (const group of this.groups.values()) this.sources.push(this.sourceOf(group, isAlone));
    const all = new Set(this.seen);
    const unknown = this.unknown.filter((name) => !this.isCompanion(name) && !isLogOf(name, all));
    return {
      sources: this.sources,
      failures: this.failures,
      unknownFiles: { count: unknown.length, examples: unknown.slice(0, NAMED_EXAMPLES) },
    };
  }

  /** It lies beside a file of a format that knows it. */
  private isCompanion(name: string): boolean {
    return [...this.groups.values()].some(
      ({ format, folders }) => folders.has(dirname(name)) && format.companions?.test(basename(name)) === true,
    );
  }

  private async takeFolder(folder: Walked): Promise<boolean> {
    return this.attempt(folder.path, async () => {
      const place = await lookAt(folder.path);
      const sources = await openPlace(place, this.signal, this.tools);
      if (sources === undefined) return false;
      this.sources.push(...sources);
      return true;
    });
  }

  private async takeFile({ file, place: look }: Look): Promise<void> {
    this.signal.throwIfAborted();
    this.seen.push(file.name);
    const isKnown = await this.attempt(file.path, async () => {
      const place = await look;
      const sources = await openWith(formats, place, this.signal, this.tools);
      if (sources !== undefined) {
        this.sources.push(...sources);
        return true;
      }
      return this.takeDocument(place, file.name);
    });
    if (isKnown) return;
    this.unknown.push(file.name);
  }

  private async takeDocument(place: Place, name: string): Promise<boolean> {
    for (const format of documentFormats) {
      const recognition = await format.recognise(place, this.signal);
      if (recognition === undefined) continue;
      const group = this.groups.get(format.name) ?? {
        format,
        files: [],
        folders: new Set(),
        dialects: new Set(),
      };
      this.groups.set(format.name, group);
      group.files.push(name);
      group.folders.add(dirname(name));
      group.dialects.add(recognition.dialect);
      return true;
    }
    return false;
  }

  private sourceOf({ format, files, dialects }: Group, isAlone: boolean): TraceSource {
    const [dialect = null] = dialects;
    return new DocumentSource(
      {
        format: format.name,
        dialect: dialects.size === 1 ? dialect : null,
        // Told apart where a folder holds several: by what differs, first.
        name: isAlone ? basename(this.root) : `${format.name} · ${basename(this.root)}`,
        root: this.root,
        findFiles: filesFinder(this.root, format, files),
      },
      files,
    );
  }

  /** True also when it was this format and failed: the failure is kept, and the search goes on. */
  private async attempt(path: string, work: () => Promise<boolean>): Promise<boolean> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ExpectedError) || error.code === 'CANCELLED') throw error;
      if (error.code === 'FORMAT_UNKNOWN') return false;
      this.failures.push({ path, failure: toFailure(error) });
      return true;
    }
  }
}

/** A database's log or index beside it. */
function isLogOf(name: string, names: ReadonlySet<string>): boolean {
  const database = /^(.+?)(?:-wal|-shm|-journal|\.wal)$/.exec(name)?.[1];
  return database !== undefined && names.has(database);
}

async function openWith(
  asked: readonly SourceFormat[],
  place: Place,
  signal: AbortSignal,
  tools: OpenTools | undefined,
): Promise<readonly TraceSource[] | undefined> {
  // Databases and tables are read in place, by offset: one that is packed has to be unpacked first.
  if (place.compression !== null) return undefined;
  for (const format of asked) {
    const sources = await format.open(place, signal, tools);
    if (sources !== undefined) return sources;
  }
  return undefined;
}

/** The files of one format in a folder as they are now; what was looked at before is not looked at again while its time stays the same. */
function filesFinder(root: string, format: DocumentFormat, first: readonly string[]) {
  const known = new Map<string, { mtimeMs: number; isOurs: boolean }>();
  let isFirst = true;
  return async (signal: AbortSignal): Promise<readonly string[]> => {
    if (isFirst) {
      isFirst = false;
      return first;
    }
    const files: string[] = [];
    const mine = new Set(first);
    for await (const { path, name, kind } of walk(root, { signal })) {
      if (kind === 'folder') continue;
      if (mine.has(name) || (await isOurs(path))) files.push(name);
    }
    return files;

    async function isOurs(path: string): Promise<boolean> {
      const place = await lookAt(path).catch(() => undefined);
      if (place === undefined) return false;
      const before = known.get(path);
      if (before?.mtimeMs === place.mtimeMs) return before.isOurs;
      const recognition = await format.recognise(place, signal);
      known.set(path, { mtimeMs: place.mtimeMs, isOurs: recognition !== undefined });
      return recognition !== undefined;
    }
  };
}

function found(sources: readonly TraceSource[]): FoundSources {
  return { sources, failures: [], unknownFiles: { count: 0, examples: [] } };
}
