import type { Dirent } from 'node:fs';
import type { Mapping, TableName } from '../model';
import type { Compression } from './documents/bytes';
import type { KnownMappings } from './mapped';

/** What to open. `live` is the store of this application; `path` is a file or folder; `remote` a libsql/sqld URL. */
export type SourceSpec =
  | {
      readonly kind: 'path';
      readonly path: string;
      /** A copy as it stands now, for a file that another program holds. */
      readonly snapshot?: boolean | undefined;
      /** What the columns of its tables are, for a file of no known format. */
      readonly mapping?: Mapping | undefined;
      /** Ids of the sources in it that the user closed. */
      readonly without?: readonly string[] | undefined;
    }
  | { readonly kind: 'remote'; readonly url: string; readonly token?: string | undefined }
  | { readonly kind: 'live' };

/** The order in which a source is read: the screen fills from the mirror as stages land. */
export const stageNames = ['recognise', 'sessions', 'timesteps', 'events', 'messages', 'payloads'] as const;
export type StageName = (typeof stageNames)[number];

/** Something a source says that does not hold: a line that is no JSON, a file that a manifest names and that is not there. */
export interface SourceWarning {
  /** file:line, table or row it is about */
  readonly at: string;
  readonly message: string;
  readonly count: number;
}

/** What became of one of a source's files: for `info`, the sources panel and the table of formats. */
export interface FileReport {
  /** Relative to what was opened; the file's own name when it was opened itself. */
  readonly file: string;
  /** Records (lines, rows, spans, runs) that became rows. */
  readonly read: number;
  /** Records that did not, by reason. */
  readonly skipped: number;
  readonly reasons: readonly { readonly reason: string; readonly count: number }[];
}

/** How far a source was read: JSON that the format alone understands, kept in the mirror beside the rows it speaks of. */
export type Cursor = Readonly<Record<string, unknown>>;

/**
 * Rows of one canonical table in a file, as text (see `chunk-text.ts`) or Parquet, handed to DuckDB as it is. Whoever takes the chunk
 * deletes a temporary file.
 */
export interface Chunk {
  readonly stage: StageName;
  readonly table: TableName;
  /** Columns in the file's order; the others are NULL. `session_no` (sessions only) is the row's place in its source. */
  readonly columns: readonly string[];
  readonly content: ChunkContent;
  readonly rows: number;
  /** `append`: new rows. `upsert`: rows with these keys are replaced. `replace`: the whole table is. */
  readonly mode: 'append' | 'upsert' | 'replace';
  /** Where to go on after this chunk has landed; null: as before, when its rows replace themselves if they come again. The first has one. */
  readonly cursor: Cursor | null;
  /** Rows of this table that the source is thought to have; null while unknown. */
  readonly total: number | null;
  /** Of the source's files, how many are behind its reader; absent where it is not by bytes that they are read. */
  readonly bytes?: ReadBytes;
  /** The next chunk belongs with it: both land or none does. */
  readonly isContinued?: boolean;
}

export interface ReadBytes {
  readonly done: number;
  readonly total: number;
}

export type ChunkContent =
  /** `longestBytes`: no row is longer. */
  | { readonly kind: 'text'; readonly file: string; readonly longestBytes: number }
  /** A Parquet file with columns of the mirror's own types. `sourceId`: only the rows with it are meant; null: every row. */
  | {
      readonly kind: 'parquet';
      readonly file: string;
      readonly sourceId: string | null;
      /** Written for this chunk, and deleted after it; else the user's, and never touched. */
      readonly isTemporary: boolean;
      /** Its rows came out of a mirror: they say what they cost, and how many they are is not counted again. */
      readonly isExported?: boolean;
      /** Temporary, and known to be whole: a mirror may keep the file and leave the rows in it. */
      readonly mayStay?: boolean;
      /** What its rows, which are events, add up to. */
      readonly sums?: SumFiles;
    };

/** Sums of events as an export carries them, in temporary files. */
export interface SumFiles {
  /** Of how they were made: others are not read. */
  readonly version: string;
  readonly bySession: string;
  readonly byCall: string;
}

/** Whoever takes the chunk deletes them. */
export function temporaryFilesOf({ content }: Chunk): readonly string[] {
  if (content.kind === 'text') return [content.file];
  const { sums } = content;
  return [...(content.isTemporary ? [content.file] : []), ...(sums ? [sums.bySession, sums.byCall] : [])];
}

export interface ReadRequest {
  /** Null: from the beginning. */
  readonly cursor: Cursor | null;
  /** Where chunk files may be written. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly warn: (warning: SourceWarning) => void;
  /** Once for each file that was read, again when it is read again. */
  readonly report: (report: FileReport) => void;
  /** Warnings at this place (`file`, `file:line`) and within it that were given before hold no longer. */
  readonly renew: (at: string) => void;
}

/** What has come since a cursor; null: not known without reading. */
export interface WaitingRows {
  readonly sessions: number | null;
  readonly rows: number | null;
}

/** One opened source. Reading it never writes to it. */
export interface TraceSource extends AsyncDisposable {
  readonly format: string;
  readonly dialect: string | null;
  readonly name: string;
  /** Real path, or URL without a token. */
  readonly location: string;
  readonly namespace: string | null;
  /** Paths whose change means that rows may have changed. */
  readonly watched: readonly string[];
  /** Folders in which any change may mean new rows. */
  readonly watchedFolders?: readonly string[];
  /** A commit may be seen a moment after its file has changed: SQLite writes the index of a WAL last, and that tells no event. */
  readonly isSeenLater?: boolean;
  /** A row may hold a whole document: a mirror then takes fewer at a time. */
  readonly hasWideRows?: boolean;
  /** No thread of its own reads it: DuckDB may have every core. */
  readonly isReadByEngine?: boolean;
  /** Cheap: equal while nothing has changed. Throws SOURCE_NOT_FOUND when the source is gone. */
  fingerprint(signal: AbortSignal): Promise<string>;
  /** True when what `cursor` speaks of is still as it was, so that only added rows need reading. */
  canExtend(cursor: Cursor, signal: AbortSignal): Promise<boolean>;
  read(request: ReadRequest): AsyncGenerator<Chunk, void, void>;
  /** Looks through all that was read for what is odd in it, when its rows are there, as nobody waits for that. May be left between its parts. */
  check?(request: Pick<ReadRequest, 'signal' | 'warn'>): AsyncGenerator<void, void, void>;
  /** How much has come since, where that costs next to nothing. */
  waiting?(cursor: Cursor, signal: AbortSignal): Promise<WaitingRows>;
}

/** What stands at a path, looked at once for all formats. */
export interface Place {
  /** Real path. */
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
  readonly mtimeMs: number;
  /** The first bytes of a file, decompressed; empty for a folder. */
  readonly head: Uint8Array;
  /** How its bytes are packed; null for plain ones. */
  readonly compression: Compression | null;
  /** What is in a folder, by name; empty for a file. */
  readonly entries: readonly Dirent[];
}

/** What a format may use, and is asked for, while it recognises. */
export interface OpenTools {
  /** Where copies and marks may be written. A name with `-<process id>-` in it is removed when that process is gone. */
  readonly folder: string;
  /** Open a copy as it stands now: the file itself is held by another program. */
  readonly isSnapshot: boolean;
  /** Given for this very file. */
  readonly mapping?: Mapping | undefined;
  /** Kept for the schemas of files. */
  readonly mappings?: KnownMappings | undefined;
}

/** A format says whether a place is its own, by content. */
export interface SourceFormat {
  readonly name: string;
  /** Undefined: something else. Throws when it is this format and cannot be read. Without tools nothing is written or copied. */
  open(place: Place, signal: AbortSignal, tools?: OpenTools): Promise<TraceSource[] | undefined>;
}
