import type { Worker } from 'node:worker_threads';
import { ExpectedError } from '../../model';
import type { RowReader, WrittenText } from '../row-reader';
import type { Access } from './access';
import { sqliteFailure } from './errors';
import type { ReaderAnswer, ReaderRequest, SqliteValue } from './protocol';
import { giveThreadBack, takeReaderThread } from './threads';

type Unsent<T> = T extends { readonly id: number } ? Omit<T, 'id'> : never;

/** A thread that writes a text when it is cancelled has so long to end by itself. */
const GRACE_MS = 300;

/**
 * One SQLite file, read by its own thread. Requests are answered in order. An abort ends the thread only while it writes a text: a driver
 * whose thread is ended before it could give its rows takes the process with it (neon panics), so those are waited for.
 */
export class SqliteReader implements RowReader {
  /** A row group of DuckDB, where texts are not long. */
  readonly chunkBytes = 60_000_000;
  /** Small enough that the copies which SQLite and the driver make of it stay in the processor's cache, and memory is used again. */
  readonly pieceBytes = 1_000_000;
  givesWay = false;
  private readonly worker: Worker = takeReaderThread();
  private readonly pending = new Map<number, (answer: ReaderAnswer) => void>();
  private next = 1;
  private lastRows: Promise<unknown> = Promise.resolve();
  private ended: Error | undefined;
  private isClosed = false;

  private constructor(
    private readonly path: string,
    private readonly access: Access,
  ) {
    this.worker.on('message', this.onMessage);
    this.worker.on('error', this.onError);
    this.worker.on('exit', this.onExit);
  }

  private readonly onMessage = (answer: ReaderAnswer) => {
    this.pending.get(answer.id)?.(answer);
    this.pending.delete(answer.id);
    if (this.pending.size === 0) this.worker.unref();
  };
  private readonly onError = (error: Error) => this.end(error);
  private readonly onExit = () => this.end(new Error('The reader thread has ended.'));

  static async open(path: string, access: Access, signal: AbortSignal): Promise<SqliteReader> {
    const reader = new SqliteReader(path, access);
    try {
      const { uri, isExclusive, sharedWal } = access;
      await reader.ask({ type: 'open', uri, isExclusive, sharedWal }, signal);
    } catch (error) {
      await reader[Symbol.asyncDispose]();
      throw error;
    }
    return reader;
  }

  get seesCommits(): boolean {
    return this.access.seesCommits;
  }

  get isAlive(): boolean {
    return this.ended === undefined;
  }

  async rows(
    sql: string,
    values: readonly SqliteValue[],
    signal: AbortSignal,
  ): Promise<readonly (readonly SqliteValue[])[]> {
    const asked = this.ask({ type: 'rows', sql, values }, signal);
    this.lastRows = asked.catch(() => undefined);
    const answer = await asked;
    return answer.type === 'rows' ? answer.rows : [];
  }

  async text(
    sql: string,
    runs: readonly (readonly SqliteValue[])[],
    target: { readonly file: string; readonly signal: AbortSignal },
  ): Promise<WrittenText> {
    const maximumBytes = this.chunkBytes;
    const answer = await this.ask(
      { type: 'text', sql, runs, file: target.file, maximumBytes },
      target.signal,
    );
    return answer.type === 'text'
      ? answer
      : { rows: 0, bytes: 0, longestBytes: 0, runs: runs.length, odd: 0 };
  }

  async giveWay(): Promise<void> {
    if (this.access.sharedWal !== null || this.givesWay || this.ended !== undefined) return;
    this.givesWay = true;
    await this.send({ type: 'give-way' });
  }

  /** Its thread reads the next file, unless it still has something to do, or gives way to others, which it does for good. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.lastRows;
    const canGoOn = this.ended === undefined && this.pending.size === 0 && !this.givesWay;
    this.ended ??= new Error('The reader was closed.');
    if (!canGoOn || (await this.send({ type: 'close' })).type === 'failed') {
      await this.worker.terminate();
      return;
    }
    this.worker.off('message', this.onMessage).off('error', this.onError).off('exit', this.onExit);
    await giveThreadBack(this.worker);
  }

  private async ask(request: Unsent<ReaderRequest>, signal: AbortSignal): Promise<ReaderAnswer> {
    if (signal.aborted) throw cancelled(this.path);
    if (this.ended !== undefined) throw this.ended;
    let end: NodeJS.Timeout | undefined;
    const stop = () => {
      // Told when the thread has answered or ended: what it was writing could else be written again after it was removed.
      this.ended ??= cancelled(this.path);
      if (request.type === 'text') end = setTimeout(() => void this.worker.terminate(), GRACE_MS);
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      const answer = await this.send(request);
      if (answer.type === 'failed') throw this.ended ?? sqliteFailure(answer, this.path);
      if (signal.aborted) throw cancelled(this.path);
      return answer;
    } finally {
      clearTimeout(end);
      signal.removeEventListener('abort', stop);
    }
  }

  private send(request: Unsent<ReaderRequest>): Promise<ReaderAnswer> {
    const id = this.next++;
    return new Promise((resolve) => {
      this.pending.set(id, resolve);
      this.worker.ref();
      this.worker.postMessage({ ...request, id });
    });
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const [id, resolve] of this.pending)
      resolve({ id, type: 'failed', code: 'ENDED', message: error.message });
    this.pending.clear();
  }
}

function cancelled(path: string): ExpectedError<'CANCELLED'> {
  return new ExpectedError('CANCELLED', `Reading ${path} was cancelled.`, {
    path,
    action: 'Open it again when it is wanted.',
  });
}
