import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../duckdb';
import { ExpectedError } from '../../model';
import type { SourceSpec, TraceSource } from '../../sources';
import { catalogOf, Mirror, type MirroredRows, ownRows, Shelf } from '../mirror';
import { isInArchive } from './archives';
import { type CacheFolder, pruneMirrors } from './cache-folder';
import { MOST_SMALL_SOURCES, MOST_SOURCES } from './most-sources';
import type { WorkspaceOptions } from './types';
import type { ViewedMirror } from './views';

const CACHE_BYTES = 20_000_000_000;
const SMALL_BYTES = 8_000_000;
/** With more sources than these, small ones share a mirror. */
const OWN_MIRRORS = 16;

/** Where the rows of a source go. */
export interface MirrorPlace {
  readonly isLight: boolean;
  /** On the shelf, else in a mirror of its own. */
  readonly isShelved: boolean;
  /** Sources of this kind that may be open. */
  readonly most: number;
  readonly isFull: boolean;
}

/** Sources that are open, by id. */
type OpenSources = ReadonlyMap<string, { readonly isShelved: boolean }>;

/** The mirrors of a workspace: a file a source, and the shelf for small ones among many. */
export class Mirrors implements AsyncDisposable {
  private readonly shelf: Shelf;

  constructor(
    private readonly options: WorkspaceOptions,
    private readonly cache: CacheFolder,
    private readonly database: Database,
  ) {
    this.shelf = new Shelf(database, join(cache.work, `shelf-${process.pid}-${randomUUID()}.duckdb`));
  }

  /** Of one more source; `together`: how many were found with it. */
  async placeOf(
    source: TraceSource,
    {
      spec,
      open,
      together,
    }: { readonly spec: SourceSpec; readonly open: OpenSources; readonly together: number },
  ): Promise<MirrorPlace> {
    const isLight = await isSmall(source, spec);
    const isAmongMany = Math.max(together, open.size + 1) > (this.options.ownMirrors ?? OWN_MIRRORS);
    const isShelved = isLight && isAmongMany;
    const most = isShelved ? MOST_SMALL_SOURCES : (this.options.mostSources ?? MOST_SOURCES);
    const alike = [...open.values()].filter((one) => one.isShelved === isShelved).length;
    return { isLight, isShelved, most, isFull: alike >= most };
  }

  async open(
    sourceId: string,
    source: TraceSource,
    { isShelved, isLight }: MirrorPlace,
  ): Promise<MirroredRows> {
    if (isShelved) return this.shelf.place(sourceId, source.hasWideRows);
    return ownRows(await this.openOwn(sourceId, { hasWideRows: source.hasWideRows, isSmall: isLight }));
  }

  /** DuckDB files have one writing process: a second Stepscope makes its own mirror. */
  private async openOwn(
    sourceId: string,
    how: { readonly hasWideRows: boolean | undefined; readonly isSmall: boolean },
  ): Promise<Mirror> {
    const options = { sourceId, ...how };
    try {
      return await Mirror.open(this.database, { ...options, file: this.fileOf(sourceId), isPrivate: false });
    } catch (error) {
      if (!(error instanceof ExpectedError && error.code === 'LOCKED')) throw error;
      const file = join(this.cache.work, `private-${process.pid}-${sourceId}.duckdb`);
      return Mirror.open(this.database, { ...options, file, isPrivate: true });
    }
  }

  /** What the views are made of. */
  viewed(open: OpenSources): ViewedMirror[] {
    const own = [...open].filter(([, { isShelved }]) => !isShelved);
    const shelf = this.shelf.isOpen ? [{ catalog: Shelf.catalog, sourceId: null }] : [];
    return [...own.map(([sourceId]) => ({ catalog: catalogOf(sourceId), sourceId })), ...shelf];
  }

  /** Removes mirrors of sources that are not open, as far as there are too many of them. */
  async prune(open: OpenSources): Promise<void> {
    const files = new Set([...open.keys()].map((id) => this.fileOf(id)));
    await pruneMirrors(this.cache, this.options.maximumCacheBytes ?? CACHE_BYTES, files);
  }

  /** Everything is going to be closed. */
  stop(): void {
    this.shelf.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.shelf[Symbol.asyncDispose]();
  }

  private fileOf(sourceId: string): string {
    return join(this.cache.mirrors, `${sourceId}.duckdb`);
  }
}

/** The live store begins small, and is not meant to stay so; an archive's rows may have to be left out of the views. */
async function isSmall(source: TraceSource, spec: SourceSpec): Promise<boolean> {
  return spec.kind !== 'live' && !isInArchive(source.location) && (await bytesOf(source)) <= SMALL_BYTES;
}

/** Of the files it watches; what is not known is much, and so is an export, of which only the manifest is watched. */
async function bytesOf({ watched, isReadByEngine }: TraceSource): Promise<number> {
  if (watched.length === 0 || isReadByEngine === true) return Number.POSITIVE_INFINITY;
  const found = await Promise.all(watched.map((path) => stat(path).catch(() => undefined)));
  return found.reduce((sum, file) => sum + (file?.size ?? 0), 0);
}
