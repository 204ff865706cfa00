import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { Database } from '../../duckdb';
import { ExpectedError, type Failure, type Mapping, toFailure } from '../../model';
import { Throttle } from '../../runtime';
import {
  type Excerpt,
  excerptAt,
  type FileReport,
  type FoundSources,
  type KnownMappings,
  mappingsInMemory,
  matching,
  openPath,
  openRemote,
  previewPath,
  type SourceSpec,
  type SourceWarning,
  surveyPath,
  type TraceSource,
  Turns,
} from '../../sources';
import { moreMemory } from '../mirror';
import { archivesAmong, shadowArchives } from './archives';
import { type CacheFolder, prepareCacheFolder } from './cache-folder';
import { Entry, type EntryOptions } from './entry';
import { Hold } from './hold';
import { idOf, isSame, locationOf } from './identity';
import { openLive } from './live';
import { Mirrors } from './mirrors';
import { tooManySources } from './most-sources';
import type { LiveStore, OpenResult, Workspace, WorkspaceOptions, WorkspaceState } from './types';
import { createViews } from './views';

const CHANGES_EVERY_MS = 100;
const CONNECTIONS = 8;
/** Sources of a dropped folder that are read at the same time; each has a thread and its memory. */
const READ_AT_ONCE = 2;
/** Tables whose rows are moved in at the same time: nobody waits for them. */
const MOVED_AT_ONCE = 1;
/** Of DuckDB alone; with less an export begins to spill, with more the engine passes its budget (ARCHITECTURE, measured). */
const MEMORY_MB = 240;

/** Starts DuckDB with nothing open; the views are there. */
export async function openWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const cache = await prepareCacheFolder(options.cacheFolder);
  const database = await Database.open({
    threads: availableParallelism(),
    memoryLimitMb: options.memoryLimitMb ?? MEMORY_MB,
    temporaryFolder: join(cache.work, `duckdb-${process.pid}-spill`),
    connections: CONNECTIONS,
  });
  await createViews(database, []);
  return new OpenedWorkspace(options, cache, database);
}

class OpenedWorkspace implements Workspace {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<() => void>();
  private readonly throttle = new Throttle(CHANGES_EVERY_MS, () => {
    for (const listener of this.listeners) listener();
  });
  /** Per call of `open`: what is not recognised yet. */
  private readonly opening = new Set<readonly SourceSpec[]>();
  private reportedSpecs = '[]';
  private shownSources = 0;
  private unreadSources = 0;
  private revision = 0;
  private readonly readingTurns = new Turns(READ_AT_ONCE);
  private readonly movingTurns: Turns | undefined;
  private readonly hold = new Hold();
  private readonly mirrors: Mirrors;
  private liveStore: LiveStore | undefined;
  private readonly mappings: KnownMappings;
  /** Closing everything at the end is not the user's wish to have nothing open. */
  private isEnding = false;
  /** Opening and closing change the views: one after the other. */
  private turn: Promise<unknown> = Promise.resolve();
  private views: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly options: WorkspaceOptions,
    private readonly cache: CacheFolder,
    private readonly database: Database,
  ) {
    this.liveStore = options.liveStore;
    this.mirrors = new Mirrors(options, cache, database);
    this.movingTurns = options.movesIn === true ? new Turns(MOVED_AT_ONCE) : undefined;
    this.mappings = options.mappings ?? mappingsInMemory();
  }

  async open(specs: readonly SourceSpec[], signal: AbortSignal): Promise<OpenResult[]> {
    const results: OpenResult[] = [];
    const left = [...specs];
    this.opening.add(left);
    this.changed(false);
    try {
      for (const spec of specs) {
        results.push(await this.openOne(spec, signal));
        left.shift();
        this.changed(false);
      }
    } finally {
      this.opening.delete(left);
      this.changed(false);
    }
    return results;
  }

  async close(sourceId: string): Promise<void> {
    await this.inTurn(async () => {
      const entry = this.entries.get(sourceId);
      if (entry === undefined) return;
      this.entries.delete(sourceId);
      if (!this.isEnding) this.leaveOut(sourceId, entry.spec);
      // Rows on the shelf go when their place does.
      if (!entry.isShelved) await this.makeViews();
      await entry[Symbol.asyncDispose]();
      this.changed(true);
    });
  }

  /** Who was found with it does not bring it back at the next start. */
  private leaveOut(sourceId: string, spec: SourceSpec): void {
    if (spec.kind !== 'path') return;
    const rest = { ...spec, without: [...(spec.without ?? []), sourceId].sort() };
    for (const each of this.entries.values()) if (isSame(each.spec, spec)) each.spec = rest;
  }

  async refresh(sourceId: string): Promise<void> {
    await this.entries.get(sourceId)?.refresh(true);
  }

  setLiveStore(store: LiveStore): void {
    this.liveStore = store;
  }

  holdRows(isHeld: boolean): void {
    if (isHeld === this.hold.isOn) return;
    this.hold.set(isHeld);
    if (!isHeld) for (const entry of this.entries.values()) entry.release();
    this.changed(false);
  }

  committed(): void {
    for (const entry of this.entries.values()) if (entry.spec.kind === 'live') void entry.refresh();
  }

  state(): WorkspaceState {
    return {
      sources: [...this.entries.values()].map((entry) => entry.snapshot()),
      opening: [...this.opening].flat().map(locationOf),
      revision: this.revision,
      heldAt: this.hold.heldAt,
    };
  }

  specs(): SourceSpec[] {
    // What was found together has one spec: hundreds of sources are not written out each time one of them has new rows.
    const each = new Set([
      ...[...this.entries.values()].map(({ spec }) => spec),
      ...[...this.opening].flat(),
    ]);
    return [...new Map([...each].map((spec) => [JSON.stringify(spec), spec])).values()];
  }

  onChange(listener: () => void): Disposable {
    this.listeners.add(listener);
    return { [Symbol.dispose]: () => this.listeners.delete(listener) };
  }

  warnings(sourceId: string, page: { readonly offset: number; readonly limit: number }) {
    const all: readonly SourceWarning[] = this.entries.get(sourceId)?.warnings ?? [];
    return { rows: all.slice(page.offset, page.offset + page.limit), total: all.length };
  }

  files(sourceId: string, page: { readonly offset: number; readonly limit: number }) {
    const all: readonly FileReport[] = [...(this.entries.get(sourceId)?.files.values() ?? [])];
    return { rows: all.slice(page.offset, page.offset + page.limit), total: all.length };
  }

  async excerpt(sourceId: string, at: string, signal: AbortSignal): Promise<Excerpt | null> {
    const entry = this.entries.get(sourceId);
    return entry === undefined ? null : excerptAt(entry.options.source.location, at, signal);
  }

  async settled(signal: AbortSignal): Promise<void> {
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    });
    aborted.catch(() => undefined);
    while ([...this.entries.values()].some((entry) => entry.isReading)) {
      signal.throwIfAborted();
      await Promise.race([Promise.all([...this.entries.values()].map((entry) => entry.whenIdle())), aborted]);
    }
  }

  async survey(path: string, signal: AbortSignal) {
    const found = await surveyPath(path, { folder: this.cache.work }, signal);
    return { ...found, kept: matching(found.survey, this.mappings) ?? null };
  }

  previewMapping(path: string, mapping: Mapping, signal: AbortSignal) {
    return previewPath(path, mapping, { folder: this.cache.work, signal });
  }

  keepMapping(mapping: Mapping): void {
    this.mappings.keep(mapping);
  }

  connect(): Promise<DuckDBConnection> {
    return this.database.connectAlone();
  }

  async moreMemory(megabytes: number, signal: AbortSignal): Promise<AsyncDisposable> {
    const turn = await this.movingTurns?.take(signal);
    try {
      const room = await moreMemory(this.database, megabytes);
      return {
        async [Symbol.asyncDispose]() {
          using _turn = turn;
          await room[Symbol.asyncDispose]();
        },
      };
    } catch (error) {
      turn?.[Symbol.dispose]();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isEnding = true;
    await this.turn;
    this.mirrors.stop();
    for (const sourceId of [...this.entries.keys()]) await this.close(sourceId);
    await this.mirrors[Symbol.asyncDispose]();
    this.throttle[Symbol.dispose]();
    await this.database[Symbol.asyncDispose]();
  }

  /** Recognising takes no turn: a slow place keeps nobody waiting. */
  private async openOne(spec: SourceSpec, signal: AbortSignal): Promise<OpenResult> {
    const location = locationOf(spec);
    let found: FoundSources;
    try {
      found = await this.sourcesOf(spec, signal);
    } catch (error) {
      return { location, sourceIds: [], failure: expected(error), failures: [], unknownFiles: null };
    }
    return this.inTurn(() => this.addFound(spec, found));
  }

  private async addFound(spec: SourceSpec, found: FoundSources): Promise<OpenResult> {
    const location = locationOf(spec);
    const sourceIds: string[] = [];
    const added: Entry[] = [];
    const tooMany: ReturnType<typeof tooManySources>[] = [];
    for (const source of found.sources) {
      const sourceId = idOf(source);
      const open = this.entries.get(sourceId);
      const isLeftOut = spec.kind === 'path' && spec.without?.includes(sourceId) === true;
      if (isLeftOut || open !== undefined || this.isEnding) {
        await source[Symbol.asyncDispose]();
        if (!isLeftOut) sourceIds.push(sourceId);
        if (!isLeftOut && !this.isEnding) open?.openAgain(spec);
        continue;
      }
      const together = found.sources.length;
      const place = await this.mirrors.placeOf(source, { spec, open: this.entries, together });
      if (place.isFull) {
        await source[Symbol.asyncDispose]();
        tooMany.push(tooManySources(source.location, place.most));
        continue;
      }
      sourceIds.push(sourceId);
      const mirror = await this.mirrors.open(sourceId, source, place);
      added.push(this.addEntry({ spec, sourceId, source, mirror }));
    }
    if (added.length > 0) {
      await this.mirrors.prune(this.entries);
      await this.makeViews();
      for (const entry of added) await entry.start();
      this.changed(true);
    }
    const unknownFiles = found.unknownFiles.count > 0 ? found.unknownFiles : null;
    const failures = [...found.failures, ...tooMany];
    const hasSource = found.sources.length > tooMany.length;
    return {
      location,
      sourceIds,
      failure: hasSource ? null : (failures[0]?.failure ?? null),
      failures,
      unknownFiles,
    };
  }

  private async sourcesOf(spec: SourceSpec, signal: AbortSignal): Promise<FoundSources> {
    switch (spec.kind) {
      case 'path':
        return openPath(spec.path, signal, {
          folder: this.cache.work,
          isSnapshot: spec.snapshot === true,
          mapping: spec.mapping,
          mappings: this.mappings,
        });
      case 'remote':
        return onlySources([await openRemote(spec, signal)]);
      case 'live':
        return onlySources(await openLive(this.liveStore, signal));
    }
  }

  private addEntry(opened: Pick<EntryOptions, 'spec' | 'sourceId' | 'source' | 'mirror'>): Entry {
    const entry = new Entry({
      ...opened,
      workFolder: this.cache.work,
      // The live store is never behind the reading of files.
      turns: opened.spec.kind === 'live' ? undefined : this.readingTurns,
      movingTurns: this.movingTurns,
      hold: this.hold,
      onChange: (hasNewRows) => this.changed(hasNewRows),
      onRead: () => this.wasRead(),
      log: (event) => this.options.log?.(event),
    });
    this.entries.set(opened.sourceId, entry);
    return entry;
  }

  /** One after the other; apart from `turn`, as a reading waits for it and closing waits for a reading. */
  private makeViews(): Promise<void> {
    const made = this.views.then(async () => {
      const archives = this.archives();
      const shelved = new Set([...this.entries].flatMap(([id, entry]) => (entry.isShelved ? [id] : [])));
      const shadowed = await shadowArchives(this.database, archives, shelved);
      await createViews(this.database, this.mirrors.viewed(this.entries), shadowed);
    });
    this.views = made.catch(() => undefined);
    return made;
  }

  private archives(): ReadonlyMap<string, readonly string[]> {
    const sources = [...this.entries].map(([sourceId, { options }]) => ({
      sourceId,
      location: options.source.location,
    }));
    return archivesAmong(sources);
  }

  /** Sessions that came or went may be in an archive too. */
  private async wasRead(): Promise<void> {
    if (this.archives().size > 0) await this.makeViews();
  }

  private changed(hasNewRows: boolean): void {
    if (hasNewRows) this.revision += 1;
    const open = [...this.entries.values()];
    const shown = open.filter((entry) => entry.sessions > 0).length;
    const unread = open.filter((entry) => !entry.isRead).length;
    // What somebody waits for: the first rows of a source, and the last of all.
    if (shown > this.shownSources || (unread === 0 && this.unreadSources > 0)) this.throttle.callNow();
    else this.throttle.call();
    this.shownSources = shown;
    this.unreadSources = unread;
    this.reportSpecs();
  }

  private reportSpecs(): void {
    const { onSpecs } = this.options;
    if (onSpecs === undefined || this.isEnding) return;
    const specs = this.specs();
    const text = JSON.stringify(specs);
    if (text === this.reportedSpecs) return;
    this.reportedSpecs = text;
    onSpecs(specs);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.turn.then(work);
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

function onlySources(sources: readonly TraceSource[]): FoundSources {
  return { sources, failures: [], unknownFiles: { count: 0, examples: [] } };
}

function expected(error: unknown): Failure {
  if (error instanceof ExpectedError) return toFailure(error);
  throw error;
}
