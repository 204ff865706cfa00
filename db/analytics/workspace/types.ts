import type { DuckDBConnection } from '@duckdb/node-api';
import type { Failure, Mapping } from '../../model';
import type {
  Excerpt,
  FileReport,
  KnownMappings,
  MappableFile,
  MappingPreview,
  ReadBytes,
  SourceSpec,
  SourceWarning,
  StageName,
  WaitingRows,
} from '../../sources';

/** What is being read now. `total` is an estimate from the highest row id, null while unknown. */
export interface StageProgress {
  readonly stage: StageName;
  readonly done: number;
  readonly total: number | null;
  readonly rowsPerSecond: number | null;
  /** Of its files; null where it is not known. */
  readonly bytes: ReadBytes | null;
}

/** `damaged`: open, with rows lost; `away`: the file is gone or was replaced by something else, its mirror still answers. */
export type SourceState = 'ready' | 'reading' | 'damaged' | 'away';

/** One opened source as the sidebar shows it. */
export interface OpenSource {
  readonly sourceId: string;
  readonly name: string;
  readonly spec: {
    readonly kind: SourceSpec['kind'];
    readonly location: string;
    readonly namespace: string | null;
  };
  readonly format: string;
  readonly dialect: string | null;
  readonly state: SourceState;
  readonly progress: StageProgress | null;
  /** Canonical table → rows in the mirror so far. */
  readonly rows: Readonly<Record<string, number>>;
  readonly sessions: number;
  readonly warnings: number;
  readonly error: Failure | null;
  /** True when the mirror of an earlier opening was reused. */
  readonly reused: boolean;
  readonly openedAt: string;
  /** What has come since rows are held; null: nothing, or they are not held. */
  readonly waiting: WaitingRows | null;
}

export interface WorkspaceState {
  readonly sources: OpenSource[];
  /** Locations that were asked for and are not recognised yet. */
  readonly opening: string[];
  /** Grows whenever rows that a query could return have changed. */
  readonly revision: number;
  /** Since when rows that come are held; null: they are not. */
  readonly heldAt: string | null;
}

/** What became of one spec: the sources it gave, or why it gave none. */
export interface OpenResult {
  readonly location: string;
  readonly sourceIds: string[];
  readonly failure: Failure | null;
  /** Files of an opened folder that are traces and could not be opened. */
  readonly failures: readonly { readonly path: string; readonly failure: Failure }[];
  /** Files of the folder that are of no known format; null when there are none. */
  readonly unknownFiles: { readonly count: number; readonly examples: readonly string[] } | null;
}

/** Where the live store is: its directory is read in place, one that another process runs elsewhere over its URL. */
export interface LiveStore {
  readonly directory: string | null;
  readonly url: string | null;
  readonly token: string | null;
}

export interface WorkspaceOptions {
  /** Mirrors, DuckDB's temporary files and private mirrors live here; bounded, the oldest mirrors go first. */
  readonly cacheFolder: string;
  /** This application's own store, for `{kind: 'live'}`; `setLiveStore` gives it later. */
  readonly liveStore?: LiveStore;
  /** One structured event a call; never trace content. */
  readonly log?: (event: Readonly<Record<string, unknown>>) => void;
  readonly memoryLimitMb?: number;
  readonly maximumCacheBytes?: number;
  /** Open at the same time, with a mirror of their own. */
  readonly mostSources?: number;
  /** With more sources than these, small ones share a mirror. */
  readonly ownMirrors?: number;
  /** Told at once when `specs()` has changed, so that a crash an instant later forgets nothing. */
  readonly onSpecs?: (specs: SourceSpec[]) => void;
  /** What was said of files of unknown schemas; absent: kept until the end. */
  readonly mappings?: KnownMappings;
  /** After a reading, rows that could be left in a file are moved into the mirror, where one session is found sooner: for who stays. */
  readonly movesIn?: boolean;
}

/**
 * Everything that is open. Its connections see one view a canonical table (`sessions`, `timesteps`, `events` … `session_stats`),
 * united over the sources, valid and empty when nothing is open. Schema `keyed` holds the same views with `session_no`, an integer
 * that is unique in its source and follows the row order: filter on `(source_id, session_no)` and DuckDB skips the other row groups.
 */
export interface Workspace extends AsyncDisposable {
  /** Opens each; a failure of one does not touch the others. Resolves when recognised, not when read. */
  open(specs: readonly SourceSpec[], signal: AbortSignal): Promise<OpenResult[]>;
  close(sourceId: string): Promise<void>;
  /** Looks for added and changed rows now; resolves when they are on the views. */
  refresh(sourceId: string): Promise<void>;
  setLiveStore(store: LiveStore): void;
  /** While they are held no row that a query returns changes, but of what is opened meanwhile, and what waits is counted. */
  holdRows(isHeld: boolean): void;
  /** The live store committed something: refreshes its sources. */
  committed(): void;
  state(): WorkspaceState;
  /** The specs that are open or being opened, for reopening after a restart. Tokens included: keep them in memory. */
  specs(): SourceSpec[];
  /** Called after every change of `state()`, at most ten times a second, the last always. */
  onChange(listener: () => void): Disposable;
  warnings(
    sourceId: string,
    page: { readonly offset: number; readonly limit: number },
  ): { rows: SourceWarning[]; total: number };
  /** What became of each file of a source. */
  files(
    sourceId: string,
    page: { readonly offset: number; readonly limit: number },
  ): { rows: FileReport[]; total: number };
  /** The lines around a warning's place; null when it is no line of a file. */
  excerpt(sourceId: string, at: string, signal: AbortSignal): Promise<Excerpt | null>;
  /** Resolves when no source is being read any more (each is ready, damaged or away). For the command line and tests. */
  settled(signal: AbortSignal): Promise<void>;
  /** What a file of an unknown schema holds, what it most likely is, and what was kept for it. */
  survey(path: string, signal: AbortSignal): Promise<MappableFile & { readonly kept: Mapping | null }>;
  /** What the list would show of the file's first rows. */
  previewMapping(path: string, mapping: Mapping, signal: AbortSignal): Promise<MappingPreview>;
  keepMapping(mapping: Mapping): void;
  /** A connection of the engine's DuckDB instance, for reading. The caller closes it with `closeSync()`. */
  connect(): Promise<DuckDBConnection>;
  /** More memory for DuckDB until disposed, for what the usual limit would end. No rows are moved into mirrors meanwhile: that takes what there is. */
  moreMemory(megabytes: number, signal: AbortSignal): Promise<AsyncDisposable>;
}
