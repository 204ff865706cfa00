import { createHash } from 'node:crypto';
import { type Stats, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { ExpectedError } from '../../model';
import { RowChunks } from '../row-chunks';
import type { Chunk, FileReport, SourceWarning } from '../types';
import { compressionOf, decompressHead, headOf } from './bytes';
import { FileRows } from './file-rows';
import type { DocumentFormat, DocumentReader, KeptFile } from './types';

/**
 * Characters collected before they go to the mirror. The first batch is small, so that sessions show at once; each landing costs the same again
 * (a commit and the sums of its sessions), so the others grow. What waits is in files: a longer batch takes no more memory.
 */
const FIRST_BATCH = 200_000;
const BATCH = 96_000_000;
const BATCH_GROWTH = 15;
/** Chunks that wait to be taken while the next are read: they are files, and cost no memory. */
const MOST_WAITING = 8;
/** Bytes of the source after which a chunk says how far it is: what comes again after an interruption replaces itself. */
const CURSOR_EVERY_BYTES = 256_000_000;
/** Of a file's beginning, by which one that was replaced by another is known. */
const HEAD_BYTES = 1_024;

const fileState = z.object({
  number: z.number().int(),
  /** -1: not read to its end yet. */
  size: z.number(),
  mtimeMs: z.number(),
  /** Which file it is, and how it begins. */
  inode: z.number(),
  head: z.string(),
  saidWhileFresh: z.boolean().optional(),
  counts: z
    .object({
      read: z.number(),
      skipped: z.number(),
      reasons: z.array(z.object({ reason: z.string(), count: z.number() })),
    })
    .optional(),
  sessions: z.array(z.string()).optional(),
  kept: z.unknown().optional(),
});
export type FileState = z.infer<typeof fileState>;
export const documentCursor = z.object({ files: z.record(z.string(), fileState) });
export type DocumentCursor = z.infer<typeof documentCursor>;

export interface Reading {
  /** Folder, or the file itself. */
  readonly root: string;
  /** Relative to the root; one empty name is the root itself. */
  readonly files: readonly string[];
  readonly cursor: DocumentCursor | null;
  /** Where chunk files may be written. */
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly warn: (warning: SourceWarning) => void;
  readonly report: (report: FileReport) => void;
  readonly renew: (at: string) => void;
}

/** Names of sessions that a file's state remembers; more are not worth their room. */
const MOST_CLAIMS = 50;

/** Reads every file that is new or has changed since the cursor, the latest first, into chunks. Runs in a thread of its own. */
export async function* readDocuments(
  format: DocumentFormat,
  reading: Reading,
): AsyncGenerator<Chunk, void, void> {
  const state = structuredClone(reading.cursor ?? { files: {} });
  const changed = changedFiles(format, reading, state);
  const pipe = new Pipe(reading.folder, state);
  pipe.expect(changed.reduce((sum, { size }) => sum + size, 0));
  const rows = new FileRows(
    {
      rows: pipe.rows,
      flushWhenFull: () => pipe.flushWhenFull(),
      isAgain: reading.cursor !== null,
    },
    claimsOf(state),
  );
  const work = run();
  work.then(
    () => pipe.end(),
    () => pipe.end(),
  );
  try {
    yield* pipe.chunks();
    await work;
  } finally {
    pipe.rows[Symbol.dispose]();
  }

  async function run(): Promise<void> {
    const reader = format.openReader(rows);
    for (const file of changed) await readFile(reader, file);
    await reader.finish?.();
    for (const warning of rows.toldOnce) reading.warn(warning);
    await pipe.finish();
  }

  /** Of what an earlier reading kept. A file that is gone is not told of. */
  function unchanged(): KeptFile[] {
    const read = new Set(changed.map(({ name }) => name));
    return reading.files.flatMap((name) => {
      const known = state.files[name];
      if (known === undefined || read.has(name)) return [];
      return [{ path: join(reading.root, name), name, kept: known.kept }];
    });
  }

  function readAgain(name: string): void {
    const file = changed.some((one) => one.name === name) ? undefined : foundFile(name, reading);
    const number = state.files[name]?.number;
    if (file === undefined || number === undefined) return;
    changed.push({ ...file, number });
    pipe.expect(file.size);
  }

  async function readFile(reader: DocumentReader, file: FoundFile): Promise<void> {
    reading.signal.throwIfAborted();
    const before = state.files[file.name];
    const { size, mtimeMs, number } = file;
    rows.begin({ name: file.shown, number, before: before?.counts });
    let failure: SourceWarning | undefined;
    try {
      await reader.readFile({
        path: file.path,
        name: file.shown,
        root: reading.root,
        size,
        mtimeMs,
        number,
        isCompressed: file.isCompressed,
        isFresh: isFresh(mtimeMs),
        kept: before?.kept,
        unchanged,
        readAgain,
        passed: (bytes) => pipe.passedInFile(bytes, size),
        signal: reading.signal,
      });
    } catch (error) {
      reading.signal.throwIfAborted();
      failure = failureOf(error, file.shown);
      // The only file of a source fails as the source.
      if (reading.files.length === 1 && pipe.isUntouched) throw translated(error, file.path);
    }
    const { report, counts, warnings, kept, claimed, renewed, saidWhileFresh } = rows.end();
    reading.renew(renewed);
    for (const warning of warnings) reading.warn(warning);
    if (failure !== undefined) reading.warn(failure);
    reading.report(failure === undefined ? report : withFailure(report, failure));
    state.files[file.name] = {
      number,
      size,
      mtimeMs,
      inode: file.inode,
      head: file.head,
      ...(claimed.length <= MOST_CLAIMS ? { sessions: [...claimed] } : {}),
      ...(saidWhileFresh ? { saidWhileFresh } : {}),
      ...(kept === undefined ? {} : { kept, counts: { ...counts, reasons: [...counts.reasons] } }),
    };
    pipe.passedFile(size);
    await pipe.flushWhenFull();
  }
}

/** Rows in, chunks out. The reader goes on while chunks are being taken, until too many wait. */
class Pipe {
  readonly rows: RowChunks;
  private limit = FIRST_BATCH;
  private readonly waiting: Chunk[] = [];
  private bytesSinceCursor = Number.POSITIVE_INFINITY;
  private bytesOfAll = 0;
  private bytesOfFiles = 0;
  private bytesOfFile = 0;
  private hasGiven = false;
  private hasEnded = false;
  private wakeTaker: () => void = () => undefined;
  private wakeReader: () => void = () => undefined;

  constructor(
    folder: string,
    private readonly state: DocumentCursor,
  ) {
    this.rows = new RowChunks(folder);
  }

  get isUntouched(): boolean {
    return !this.hasGiven && this.rows.characters === 0;
  }

  /** So many more bytes are to be read. */
  expect(bytes: number): void {
    this.bytesOfAll += bytes;
  }

  /** Bytes of a file that is being read. Some are gone through twice: what is behind is no more than there is. */
  passedInFile(bytes: number, size: number): void {
    this.bytesOfFile = Math.min(size, this.bytesOfFile + bytes);
  }

  /** A file of the source is behind the reader. */
  passedFile(bytes: number): void {
    this.bytesSinceCursor += bytes;
    this.bytesOfFiles += bytes;
    this.bytesOfFile = 0;
  }

  async flushWhenFull(): Promise<void> {
    if (this.rows.characters > this.limit) await this.flush();
  }

  /** The last rows, with the cursor. */
  finish(): Promise<void> {
    this.bytesSinceCursor = Number.POSITIVE_INFINITY;
    return this.flush();
  }

  end(): void {
    this.hasEnded = true;
    this.wakeTaker();
  }

  async *chunks(): AsyncGenerator<Chunk, void, void> {
    for (;;) {
      const next = this.waiting.shift();
      this.wakeReader();
      if (next !== undefined) yield next;
      else if (this.hasEnded) return;
      else {
        await new Promise<void>((resolve) => {
          this.wakeTaker = resolve;
        });
      }
    }
  }

  private async flush(): Promise<void> {
    this.limit = Math.min(BATCH, BATCH_GROWTH * this.limit);
    while (this.waiting.length >= MOST_WAITING) {
      await new Promise<void>((resolve) => {
        this.wakeReader = resolve;
      });
    }
    const isDue = this.bytesSinceCursor >= CURSOR_EVERY_BYTES;
    const cursor = isDue ? structuredClone(this.state) : null;
    if (isDue) this.bytesSinceCursor = 0;
    // The first chunk of all says that the reading has begun: its rows come again when it is interrupted.
    const before = this.hasGiven ? null : cursor;
    const bytes = { done: this.bytesOfFiles + this.bytesOfFile, total: this.bytesOfAll };
    for (const chunk of this.rows.take({ before, after: cursor })) {
      this.hasGiven = true;
      this.waiting.push({ ...chunk, bytes });
    }
    this.wakeTaker();
    // Files are read without waiting, so nothing else of this thread has had its turn: chunks that wait to be sent, word that more may be.
    await setImmediate();
  }
}

interface FoundFile extends LookedUp {
  readonly number: number;
}

interface LookedUp {
  /** In the cursor. */
  readonly name: string;
  readonly shown: string;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly inode: number;
  /** How it begins. */
  readonly bytes: Uint8Array;
  readonly head: string;
  readonly isCompressed: boolean;
}

/**
 * New files and those of another size or time. Each gets its number now, so that it keeps it when the reading is interrupted. Without waiting:
 * the first row comes after the last of them was looked at, and four turns of the event loop for each file are most of that.
 */
function changedFiles(format: DocumentFormat, reading: Reading, state: DocumentCursor): FoundFile[] {
  const changed: FoundFile[] = [];
  let next = Math.max(0, ...Object.values(state.files).map(({ number }) => number + 1));
  for (const name of reading.files) {
    const old = state.files[name];
    const found = foundFile(name, reading, old);
    if (found === undefined) continue;
    const number = old?.number ?? next++;
    changed.push({ ...found, number });
    const { inode, head } = found;
    state.files[name] ??= { number, size: -1, mtimeMs: -1, inode, head };
  }
  const last = new Set(
    changed.filter(({ bytes }) => format.comesLast?.(decompressHead(bytes, HEAD_BYTES)) === true),
  );
  return changed.sort((a, b) => Number(last.has(a)) - Number(last.has(b)) || b.mtimeMs - a.mtimeMs);
}

/** Undefined: it is gone, or as it was when it was read. */
function foundFile(name: string, reading: Reading, old?: FileState): LookedUp | undefined {
  const path = name === '' ? reading.root : join(reading.root, name);
  const found = lookedUp(path);
  if (found === undefined) return undefined;
  const isSame = old?.size === found.size && old.mtimeMs === found.mtimeMs;
  if (isSame && (old.saidWhileFresh !== true || isFresh(found.mtimeMs))) return undefined;
  const shown = name === '' ? (reading.root.split(/[\\/]/).at(-1) ?? '') : name;
  const { size, mtimeMs, ino: inode } = found;
  const bytes = beginningOf(path, size);
  const isCompressed = compressionOf(bytes) !== undefined;
  return { name, shown, path, size, mtimeMs, inode, bytes, head: hashOf(bytes), isCompressed };
}

const FRESH_MS = 10 * 60_000;

export function isFresh(mtimeMs: number): boolean {
  return Date.now() - mtimeMs < FRESH_MS;
}

function lookedUp(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function beginningOf(path: string, size: number): Uint8Array {
  try {
    return headOf(path, headBytes(size));
  } catch {
    // What cannot be read says so when it is to be read.
    return new Uint8Array();
  }
}

/** Of so much of the beginning as there was when a file of this size was read. For the engine, which waits for no file. */
export async function headHash(path: string, size: number): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const length = headBytes(size);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return hashOf(buffer.subarray(0, bytesRead));
  } catch {
    return hashOf(new Uint8Array());
  }
}

function headBytes(size: number): number {
  return Math.max(0, Math.min(HEAD_BYTES, size));
}

function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 16);
}

function withFailure(report: FileReport, failure: SourceWarning): FileReport {
  const reasons = [...report.reasons, { reason: failure.message, count: 1 }];
  return { ...report, skipped: report.skipped + 1, reasons };
}

function claimsOf(state: DocumentCursor): Map<string, number> {
  const claims = new Map<string, number>();
  for (const { number, sessions } of Object.values(state.files))
    for (const session of sessions ?? []) claims.set(session, number);
  return claims;
}

/** What the disk says, as a failure with a code. Mistakes of ours stay what they are. */
function translated(error: unknown, path: string): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT')
    return new ExpectedError(
      'SOURCE_NOT_FOUND',
      `${path} is not there any more.`,
      { path, action: 'Put it back, or close the source.' },
      { cause: error },
    );
  const action = 'Check the permissions and the disk, then open it again.';
  return new ExpectedError(
    'SOURCE_UNREADABLE',
    `${path} could not be read: ${error.message}.`,
    { path, action },
    { cause: error },
  );
}

function failureOf(error: unknown, name: string): SourceWarning {
  const isExpected = error instanceof ExpectedError;
  const message = error instanceof Error ? error.message : String(error);
  return { at: name, message: isExpected ? message : `The file could not be read: ${message}`, count: 1 };
}
