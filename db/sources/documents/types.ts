import type { TableName } from '../../model';
import type { NewRow } from '../row-chunks';
import type { Place } from '../types';

/**
 * A format whose traces are documents: JSON, JSON lines, archives of them. One folder with a line in `document-formats.ts`; the frame does the rest
 * (folders, compression, threads, keys, cursors, progress, warnings, reports). `recognise` runs in the engine, `openReader` in a thread.
 */
export interface DocumentFormat {
  readonly name: string;
  /** By content, from `place.head` (the first 64 KB, decompressed) or by looking further. Undefined: something else. */
  recognise(place: Place, signal: AbortSignal): Recognition | undefined | Promise<Recognition | undefined>;
  /** Names of files that lie beside this format's own and are read with them, or say nothing more: they are not called unknown. */
  readonly companions?: RegExp;
  /** From its first 1,024 bytes: what the file tells may stand in other files too, which are read before it. */
  readonly comesLast?: (head: Uint8Array) => boolean;
  openReader(rows: DocumentRows): DocumentReader;
}

export interface Recognition {
  /** The shape or version within the format; null where there is but one. */
  readonly dialect: string | null;
}

/** Lives as long as one reading of a source, so that it can hold what spans its files. */
export interface DocumentReader {
  /** Reads one file whole. Throws an ExpectedError when nothing of it can be read: the other files are read all the same. */
  readFile(file: DocumentFile): Promise<void>;
  /** After the last file. */
  finish?(): Promise<void>;
}

export interface DocumentFile {
  /** Real path. */
  readonly path: string;
  /** Relative to what was opened; for messages. */
  readonly name: string;
  /** What was opened: a folder, or the file itself. */
  readonly root: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Its place in the source, the same whenever it is read again. */
  readonly number: number;
  /** Packed: it can only be read from its beginning. */
  readonly isCompressed: boolean;
  /** Written to within the last minutes: its end may be to come. */
  readonly isFresh: boolean;
  /** What `keep` was given when the file was read before; undefined the first time. */
  readonly kept: unknown;
  /** The files of the source that are as they were and are not read now, with what they kept; none when everything is read. */
  unchanged(): readonly KeptFile[];
  /** Has such a file read again after the others: what is being read changes what it counts. Its rows are those it had, with other values. */
  readAgain(name: string): void;
  /** So many more of its bytes, as they lie on the disk, are behind its reader: how far the source is read. */
  passed(bytes: number): void;
  readonly signal: AbortSignal;
}

export interface KeptFile {
  readonly path: string;
  readonly name: string;
  readonly kept: unknown;
}

/** Where a reader puts what it finds. Everything speaks of the file that is being read. */
export interface DocumentRows {
  /** A key that is unique in the source, from a number that is unique in the file (below 100,000,000): a line's or a record's. */
  key(ordinal: number): bigint;
  /** `session_no` is given by the frame. A session that is added again (in this file or another) replaces its row. */
  add<T extends Exclude<TableName, 'sessions'>>(table: T, row: NewRow<T>): void;
  /** A row of such a table as its line in a chunk's file, of which a copy is made. */
  addLine(table: Exclude<TableName, 'sessions'>, line: Buffer): void;
  addSession(row: Omit<NewRow<'sessions'>, 'session_no'>, options?: SessionOptions): void;
  /** The name for a session of this file: `wanted`, or with the file's name behind it when another file has that name already. */
  claim(wanted: string): string;
  /** Rows before are the mirror's when memory is held by more than a batch. Call it between records, never inside one. */
  flushWhenFull(): Promise<void>;
  /** Records of the file that became rows. */
  read(records?: number): void;
  /** A record that did not: counted, located, and kept as a warning. `at`: a line number, or where in the file. */
  skip(at: number | string, reason: string): void;
  /** A record at the end that is still being written: skipped for now, and forgotten when the file is read again. */
  unfinished(at: number | string, reason: string): void;
  /** Something the user should know that cost no record. Equal messages of one file are counted together. */
  warn(message: string, at?: number | string, count?: number): void;
  /** The same of what all files of a source may have: told once when they are read, where it stood first, with its number. */
  warnOnce(message: string, at: number | string): void;
  /** A small JSON value that comes back as `file.kept` when the file has changed and is read again. */
  keep(value: unknown): void;
  /** Something was said because the file is fresh: it is read again when it has come to rest. */
  saidWhileFresh(): void;
  /**
   * The file is read from where it was left: what was read, skipped and said of it before still holds, but not what was said of that place.
   * Without it, a file that is read again is spoken of anew.
   */
  goOn(at: number | string): void;
}

export interface SessionOptions {
  /** Its place among the sessions of the file, from 0, where the file is not read from its beginning; else they are counted. */
  readonly ordinal?: number;
}
