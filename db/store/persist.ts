import { setTimeout as wait } from 'node:timers/promises';
import { type Client, LibsqlError } from '@libsql/client';
import { ExpectedError } from '../model';

export interface StoreTarget {
  readonly url: string;
  readonly token?: string | null;
}

export interface PersistOptions {
  readonly signal?: AbortSignal | undefined;
  /** Asked after a failure: true when the attempt was done although its answer was lost. */
  readonly isDone?: () => Promise<boolean>;
  /** How long to try again after the first failure. */
  readonly limitMs?: number;
  /** The same for a store that answers that it is busy; `limitMs` when left out. */
  readonly busyLimitMs?: number;
}

const FIRST_DELAY_MS = 25;
const LONGEST_DELAY_MS = 2_000;
const RETRY_LIMIT_MS = 60_000;
const BUSY = new Set(['STORE_BUSY', 'SQLITE_BUSY']);
const RETRYABLE = new Set([...BUSY, 'STORE_UNAVAILABLE', 'HRANA_CLOSED_ERROR', 'HRANA_WEBSOCKET_ERROR']);

/** Tries until it works, with exponential back-off; what trying again cannot mend is thrown at once. */
export async function persist(
  client: Client,
  target: StoreTarget,
  attempt: () => Promise<unknown>,
  options: PersistOptions = {},
): Promise<void> {
  const { signal, isDone = async () => false, limitMs = RETRY_LIMIT_MS, busyLimitMs = limitMs } = options;
  let failedAt: number | undefined;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(delayMs * 2, LONGEST_DELAY_MS)) {
    signal?.throwIfAborted();
    if (client.closed) throw away(target, new Error('the client was closed'));
    try {
      await attempt();
      return;
    } catch (error) {
      const isConstraint = error instanceof LibsqlError && error.code.startsWith('SQLITE_CONSTRAINT');
      const mayRetry = isRetryable(error);
      if ((isConstraint || mayRetry) && (await isDone().catch(() => false))) return;
      if (!mayRetry) throw translate(target, error);
      failedAt ??= performance.now();
      const patienceMs = isBusy(error) ? busyLimitMs : limitMs;
      if (performance.now() + delayMs > failedAt + patienceMs) throw away(target, error);
      // Writers that were turned away together must not come back together.
      await wait(delayMs * (0.5 + Math.random()), undefined, signal ? { signal } : {});
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof LibsqlError && BUSY.has(error.code);
}

function isRetryable(error: unknown): boolean {
  if (error instanceof LibsqlError && RETRYABLE.has(error.code)) return true;
  const status = httpStatus(error);
  if (status !== undefined) return status === 429 || status >= 500;
  // What fetch throws when nobody answers.
  return causes(error).some((each) => each instanceof TypeError && each.message === 'fetch failed');
}

function httpStatus(error: unknown): number | undefined {
  for (const each of causes(error)) {
    if (typeof each === 'object' && each !== null && 'status' in each && typeof each.status === 'number')
      return each.status;
  }
  return undefined;
}

function causes(error: unknown): unknown[] {
  const all: unknown[] = [];
  for (let each = error; each !== undefined && all.length < 5; ) {
    all.push(each);
    each = each instanceof Error ? each.cause : undefined;
  }
  return all;
}

function translate(target: StoreTarget, error: unknown): unknown {
  const status = httpStatus(error);
  if (status !== 401 && status !== 403) return error;
  return new ExpectedError(
    'STORE_UNAVAILABLE',
    `The store at ${target.url} ${status === 401 ? 'does not know this token: it is missing, wrong or has expired' : 'does not let this token write'}.`,
    { path: target.url, action: 'Use the read-write token that the Store screen shows.' },
    { cause: error },
  );
}

function away(target: StoreTarget, cause: unknown): ExpectedError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ExpectedError(
    'STORE_UNAVAILABLE',
    `The store at ${target.url} could not be reached: ${why}.`,
    { path: target.url, action: 'Start the store, then try again.' },
    { cause },
  );
}
