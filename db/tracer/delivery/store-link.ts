import { setTimeout as wait } from 'node:timers/promises';
import { ExpectedError } from '../../model';
import { joinSignals } from '../../runtime';
import { openStoreClient, type Statement, type StoreClient, type StoreTarget } from '../../store';
import type { Batch } from './frame';

export interface StoreLinkOptions {
  /** How long a store may be out of reach before it counts as away. */
  readonly patienceMs: number;
  /** How long it may take for a batch, be it that it is busy or that it says nothing. */
  readonly answerMs: number;
  /** The store will never take this row. */
  readonly onRefused: (error: unknown) => void;
}

/** The store as batches reach it. Connecting is part of writing: nothing waits for a store that is away until there is something to write. */
export class StoreLink implements Disposable {
  private client: StoreClient | null = null;
  /** Counts the times that it was given up, so that one which comes too late is not kept. */
  private connection = 0;

  constructor(
    private readonly target: StoreTarget,
    private readonly options: StoreLinkOptions,
  ) {}

  /**
   * Writes a batch once and says how many of its rows the store has taken. Throws when the store is away; the batch may be there all the same,
   * and is known by its id when it comes again.
   */
  async write({ id, statements }: Batch, signal: AbortSignal): Promise<number> {
    try {
      await this.attempt(id, statements, signal);
      return statements.length;
    } catch (error) {
      signal.throwIfAborted();
      const refused = refusedRow(error, statements.length);
      if (refused !== null) {
        this.options.onRefused(error);
        const rest = statements.toSpliced(refused, 1);
        return rest.length === 0 ? 0 : await this.write({ id, statements: rest }, signal);
      }
      if (isTooLarge(error)) return await this.writeHalves({ id, statements }, { signal, error });
      // A store that is merely out of reach is the same when it is back; any other may have lost its tables.
      if (!(error instanceof ExpectedError)) this.disconnect();
      throw error;
    }
  }

  [Symbol.dispose](): void {
    this.disconnect();
  }

  private async attempt(id: string, statements: readonly Statement[], signal: AbortSignal): Promise<void> {
    const attempting = this.connectAndWrite(id, statements);
    attempting.catch(() => {}); // When nobody waits for it any more.
    const late = new AbortController();
    using until = joinSignals([signal, late.signal]);
    const timer = wait(this.options.answerMs, undefined, { signal: until.signal }).then(() => {
      throw away(this.target, 'it does not answer');
    });
    try {
      await Promise.race([attempting, timer]);
    } finally {
      late.abort();
      timer.catch(() => {});
    }
  }

  private async connectAndWrite(id: string, statements: readonly Statement[]): Promise<void> {
    const { connection } = this;
    const { patienceMs: limitMs, answerMs: busyLimitMs } = this.options;
    const client = this.client ?? (await openStoreClient(this.target, undefined, { limitMs, busyLimitMs }));
    if (connection !== this.connection) client[Symbol.dispose]();
    else this.client = client;
    await client.write(id, statements);
  }

  /** A single row that is too large is lost; the parts of a batch have ids that follow from its own. */
  private async writeHalves(
    { id, statements }: Batch,
    { signal, error }: { signal: AbortSignal; error: unknown },
  ): Promise<number> {
    if (statements.length === 1) {
      this.options.onRefused(error);
      return 0;
    }
    const middle = Math.ceil(statements.length / 2);
    const first = await this.write({ id: `${id}/0`, statements: statements.slice(0, middle) }, signal);
    return first + (await this.write({ id: `${id}/1`, statements: statements.slice(middle) }, signal));
  }

  private disconnect(): void {
    this.client?.[Symbol.dispose]();
    this.client = null;
    this.connection++;
  }
}

/** Which row a store would refuse each time: its place in the batch. Whatever else is wrong is the store's matter, and passes. */
function refusedRow(error: unknown, count: number): number | null {
  if (!(error instanceof Error) || !('code' in error) || !('statementIndex' in error)) return null;
  if (!/^SQLITE_(CONSTRAINT|MISMATCH|TOOBIG|RANGE)/.test(String(error.code))) return null;
  // The first statement of a batch is its id.
  const place = Number(error.statementIndex) - 1;
  return place >= 0 && place < count ? place : null;
}

/** The whole request, or a value that cannot even be put into one. */
function isTooLarge(error: unknown): boolean {
  for (let each = error; each instanceof Error; each = each.cause) {
    if ('status' in each && each.status === 413) return true;
    if (each instanceof RangeError) return true;
  }
  return false;
}

function away(target: StoreTarget, why: string): ExpectedError {
  return new ExpectedError('STORE_UNAVAILABLE', `The store at ${target.url} could not be reached: ${why}.`, {
    path: target.url,
    action: 'Start the store, then try again.',
  });
}
