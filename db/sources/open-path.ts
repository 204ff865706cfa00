import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ExpectedError, type Failure, toFailure } from '../model';
import { documentFormats } from './document-formats';
import { type DocumentFormat, DocumentSource } from './documents';
import { formats } from './formats';
import { withoutLongTexts } from './long-head';
import { openMapped, unmapped } from './mapped';
import { lookAt, lookAtFile, lookAtFolder } from './place';
import { Turns } from './turns';
import type { OpenTools, Place, SourceFormat, TraceSource } from './types';
import { type WalkedFile, type WalkedFolder, walk, walkAll } from './walk';

/** What a path came to. A file alone either gives sources or throws; a folder gives what is in it and says what it could not use. */
export interface FoundSources {
  readonly sources: readonly TraceSource[];
  /** Traces in the folder that could not be opened. */
  readonly failures: readonly { readonly path: string; readonly failure: Failure }[];
  /** Files of the folder that are of no known format. */
  readonly unknownFiles: { readonly count: number; readonly examples: readonly string[] };
}

const NAMED_EXAMPLES = 5;
/** Files and folders that are looked at before it is their turn. */
const LOOKS_AHEAD = 32;
/** Of these, so many are opened at the same time: a database that is recognised takes a thread and its memory. */
const OPENED_AT_ONCE = 2;

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
  const document = await findDocument(place, signal);
  if (document === undefined) return undefined;
  return [
    new DocumentSource(
      {
        format: document.format.name,
        dialect: document.dialect,
        name: basename(place.path),
        root: place.path,
        findFiles: async () => [''],
      },
      [''],
    ),
  ];
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

/** What was found at a place of the folder. */
type Find =
  | { readonly kind: 'sources'; readonly sources: readonly TraceSource[] }
  | { readonly kind: 'document'; readonly format: DocumentFormat; readonly dialect: string | null }
  /** It was a format's, and could not be opened. */
  | { readonly kind: 'failure'; readonly path: string; readonly failure: Failure }
  | { readonly kind: 'unknown' };

const UNKNOWN: Find = { kind: 'unknown' };

/** One search through a folder: databases and folders of a format become sources, documents of one format become one source together. */
class FolderSearch {
  private readonly sources: TraceSource[] = [];
  private readonly failures: { path: string; failure: Failure }[] = [];
  private readonly groups = new Map<string, Group>();
  private readonly seen: string[] = [];
  private readonly unknown: string[] = [];
  private readonly turns = new Turns(OPENED_AT_ONCE);

  constructor(
    private readonly root: string,
    private readonly signal: AbortSignal,
    private readonly tools: OpenTools | undefined,
  ) {}

  async run(): Promise<FoundSources> {
    const looks: Look[] = [];
    try {
      for await (const walked of walkAll(this.root, { signal: this.signal })) {
        looks.push(this.look(walked));
        if (looks.length > LOOKS_AHEAD) await this.takeNext(looks);
      }
      while (looks.length > 0) await this.takeNext(looks);
    } catch (error) {
      await this.closeAll(looks);
      throw error;
    }
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

  /** Begins to look: several go on at once, and are taken in the order of the walk. */
  private look(walked: WalkedFile | WalkedFolder): Look {
    const find = walked.kind === 'folder' ? this.findFolder(walked) : this.findFile(walked);
    // Its failure is taken in turn.
    find.catch(() => undefined);
    if (walked.kind === 'folder') walked.leaveOutWhen(find.then(({ kind }) => kind !== 'unknown'));
    return { walked, find };
  }

  private async takeNext(looks: Look[]): Promise<void> {
    const next = looks.shift();
    if (next === undefined) return;
    const find = await next.find;
    const { kind, name } = next.walked;
    if (kind === 'file') this.seen.push(name);
    switch (find.kind) {
      case 'sources':
        this.sources.push(...find.sources);
        break;
      case 'failure':
        this.failures.push({ path: find.path, failure: find.failure });
        break;
      case 'document':
        this.addDocument(find, name);
        break;
      case 'unknown':
        if (kind === 'file') this.unknown.push(name);
    }
  }

  private findFolder(folder: WalkedFolder): Promise<Find> {
    return this.attempt(folder.path, async () => {
      const place = await lookAtFolder(folder.realPath);
      using _turn = await this.turns.take();
      const sources = await openPlace(place, this.signal, this.tools);
      return sources === undefined ? UNKNOWN : { kind: 'sources', sources };
    });
  }

  private findFile({ path, realPath }: WalkedFile): Promise<Find> {
    return this.attempt(path, async () => {
      const place = await (realPath === null ? lookAt(path) : lookAtFile(realPath));
      using _turn = await this.turns.take();
      const sources = await openWith(formats, place, this.signal, this.tools);
      if (sources !== undefined) return { kind: 'sources', sources };
      const document = await findDocument(place, this.signal);
      return document === undefined ? UNKNOWN : { kind: 'document', ...document };
    });
  }

  private addDocument({ format, dialect }: FoundDocument, name: string): void {
    const group = this.groups.get(format.name) ?? {
      format,
      files: [],
      folders: new Set(),
      dialects: new Set(),
    };
    this.groups.set(format.name, group);
    group.files.push(name);
    group.folders.add(dirname(name));
    group.dialects.add(dialect);
  }

  /** Who ends early leaves nothing open. */
  private async closeAll(looks: readonly Look[]): Promise<void> {
    const found = await Promise.allSettled(looks.map(({ find }) => find));
    const late = found.flatMap((each) =>
      each.status === 'fulfilled' && each.value.kind === 'sources' ? each.value.sources : [],
    );
    for (const source of [...this.sources, ...late]) await source[Symbol.asyncDispose]();
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

  /** A failure is kept, and the search goes on. */
  private async attempt(path: string, work: () => Promise<Find>): Promise<Find> {
    try {
      this.signal.throwIfAborted();
      return await work();
    } catch (error) {
      if (!(error instanceof ExpectedError) || error.code === 'CANCELLED') throw error;
      return error.code === 'FORMAT_UNKNOWN' ? UNKNOWN : { kind: 'failure', path, failure: toFailure(error) };
    }
  }
}

interface Look {
  readonly walked: WalkedFile | WalkedFolder;
  readonly find: Promise<Find>;
}

interface FoundDocument {
  readonly format: DocumentFormat;
  readonly dialect: string | null;
}

async function findDocument(place: Place, signal: AbortSignal): Promise<FoundDocument | undefined> {
  for (const format of documentFormats) {
    const recognition = await format.recognise(place, signal);
    if (recognition !== undefined) return { format, dialect: recognition.dialect };
  }
  const short = await withoutLongTexts(place, signal);
  return short && findDocument(short, signal);
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
    for await (const { path, name } of walk(root, { signal })) {
      if (mine.has(name) || (await isOurs(path))) files.push(name);
    }
    return files;

    async function isOurs(path: string): Promise<boolean> {
      const place = await lookAt(path).catch(() => undefined);
      if (place === undefined) return false;
      const before = known.get(path);
      if (before?.mtimeMs === place.mtimeMs) return before.isOurs;
      const document = await findDocument(place, signal);
      const isFound = document?.format === format;
      known.set(path, { mtimeMs: place.mtimeMs, isOurs: isFound });
      return isFound;
    }
  };
}

function found(sources: readonly TraceSource[]): FoundSources {
  return { sources, failures: [], unknownFiles: { count: 0, examples: [] } };
}
