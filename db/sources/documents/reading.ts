import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ExpectedError } from '../../model';
import { RowChunks } from '../row-chunks';
import type { Chunk, FileReport, SourceWarning } from '../types';
import { FileRows } from './file-rows';
import type { DocumentFormat, DocumentReader, KeptFile } from './types';

/** Characters held before they go to the mirror: the first batch small, so that sessions show at once. */
const FIRST_BATCH = 200_000;
const BATCH = 8_000_000;

const fileState = z.object({
  number: z.number().int(),
  size: z.number(),
  mtimeMs: z.number(),
  sessions: z.array(z.string()).optional(),
  kept: z.unknown().optional(),
});
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
}

/** Names of sessions that a file's state remembers; more are not worth their room. */
const MOST_CLAIMS = 50;

/** Reads every file that is new or has changed since the cursor, the latest first, into chunks. Runs in a thread of its own. */
export async function* readDocuments(
  format: DocumentFormat,
  reading: Reading,
): AsyncGenerator<Chunk, void, void> {
  const state = structuredClone(reading.cursor ?? { files: {} });
  const pipe = new Pipe(reading.folder, state);
  const claims = claimsOf(state);
  const rows = new FileRows({ rows: pipe.rows, flushWhenFull: () => pipe.flushWhenFull() }, claims);
  const changed = await changedFiles(reading, state);
  const work = run();
  work.then(
    () => pipe.end(undefined),
    (error: unknown) => pipe.end({ error }),
  );
  yield* pipe.chunks();
  await work;

  async function run(): Promise<void> {
    const reader = format.openReader(rows);
    for (const file of changed) await readFile(reader, file);
    await reader.finish?.();
    await pipe.flush();
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

  async function readFile(reader: DocumentReader, file: FoundFile): Promise<void> {
    reading.signal.throwIfAborted();
    const before = state.files[file.name];
    rows.begin({ name: file.shown, number: file.number, isAgain: before !== undefined });
    let failure: SourceWarning | undefined;
    try {
      await reader.readFile({
        path: file.path,
        name: file.shown,
        root: reading.root,
        size: file.size,
        mtimeMs: file.mtimeMs,
        number: file.number,
        kept: before?.kept,
        unchanged,
        signal: reading.signal,
      });
    } catch (error) {
      reading.signal.throwIfAborted();
      failure = failureOf(error, file.shown);
      // The only file of a source fails as the source.
      if (reading.files.length === 1 && pipe.isUntouched) throw error;
    }
    const { report, warnings, kept, claimed } = rows.end();
    for (const warning of warnings) reading.warn(warning);
    if (failure !== undefined) reading.warn(failure);
    reading.report(
      failure === undefined
        ? report
        : {
            ...report,
            skipped: report.skipped + 1,
            reasons: [...report.reasons, { reason: failure.message, count: 1 }],
          },
    );
    state.files[file.name] = {
      number: file.number,
      size: file.size,
      mtimeMs: file.mtimeMs,
      ...(claimed.length <= MOST_CLAIMS ? { sessions: claimed } : {}),
      ...(kept === undefined ? {} : { kept }),
    };
    await pipe.flushWhenFull();
  }
}

/** Rows in, chunks out: the reader waits while a batch is being taken. */
class Pipe {
  readonly rows = new RowChunks();
  private limit = FIRST_BATCH;
  private before: DocumentCursor;
  private hasGiven = false;
  private waiting: (() => void) | undefined;
  private wanted: { resolve: () => void } | undefined;
  private ending: { error: unknown } | 'done' | undefined;
  private isFlushing = false;

  constructor(
    private readonly folder: string,
    private readonly state: DocumentCursor,
  ) {
    this.before = structuredClone(state);
  }

  get isUntouched(): boolean {
    return !this.hasGiven && this.rows.characters === 0;
  }

  async flushWhenFull(): Promise<void> {
    if (this.rows.characters > this.limit) await this.flush();
  }

  /** Resolves when everything collected was taken. */
  flush(): Promise<void> {
    this.limit = BATCH;
    return new Promise((resolve) => {
      this.waiting = resolve;
      this.isFlushing = true;
      this.wanted?.resolve();
    });
  }

  end(failure: { error: unknown } | undefined): void {
    this.ending = failure ?? 'done';
    this.wanted?.resolve();
  }

  async *chunks(): AsyncGenerator<Chunk, void, void> {
    for (;;) {
      if (!this.isFlushing && this.ending === undefined) {
        await new Promise<void>((resolve) => {
          this.wanted = { resolve };
        });
      }
      if (!this.isFlushing) return;
      this.isFlushing = false;
      const after = structuredClone(this.state);
      for await (const chunk of this.rows.take(this.folder, { before: this.before, after })) {
        this.hasGiven = true;
        yield chunk;
      }
      this.before = after;
      this.waiting?.();
    }
  }
}

interface FoundFile {
  /** In the cursor. */
  readonly name: string;
  readonly shown: string;
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  readonly number: number;
}

async function changedFiles(reading: Reading, state: DocumentCursor): Promise<FoundFile[]> {
  const changed: FoundFile[] = [];
  let next = Math.max(0, ...Object.values(state.files).map(({ number }) => number + 1));
  for (const name of reading.files) {
    const path = name === '' ? reading.root : join(reading.root, name);
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) continue;
    const old = state.files[name];
    if (old?.size === found.size && old.mtimeMs === found.mtimeMs) continue;
    const shown = name === '' ? (reading.root.split(/[\\/]/).at(-1) ?? '') : name;
    changed.push({
      name,
      shown,
      path,
      size: found.size,
      mtimeMs: found.mtimeMs,
      number: old?.number ?? next++,
    });
  }
  return changed.sort((a, b) => b.mtimeMs - a.mtimeMs);
}

function claimsOf(state: DocumentCursor): Map<string, number> {
  const claims = new Map<string, number>();
  for (const { number, sessions } of Object.values(state.files))
    for (const session of sessions ?? []) claims.set(session, number);
  return claims;
}

function failureOf(error: unknown, name: string): SourceWarning {
  const isExpected = error instanceof ExpectedError;
  const message = error instanceof Error ? error.message : String(error);
  return { at: name, message: isExpected ? message : `The file could not be read: ${message}`, count: 1 };
}
