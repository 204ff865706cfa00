import { setTimeout as wait } from 'node:timers/promises';
import { type Client, createClient, type InStatement, type InValue, LibsqlError } from '@libsql/client';
import { ExpectedError } from '../model';
import { migrate } from './migrate';
import deleteOldBatches from './sql/delete-old-batches.sql?raw';
import findBatch from './sql/find-batch.sql?raw';
import insertBatch from './sql/insert-batch.sql?raw';

export interface StoreTarget {
  readonly url: string;
  readonly token?: string | null;
}

export interface Statement {
  readonly sql: string;
  readonly args: InValue[];
}

/** A store as a writer sees it: each batch is written once, however often it has to be sent. */
export interface StoreClient extends Disposable {
  /** `id` names the batch: the same one sent again is not written again. */
  write(id: string, statements: readonly Statement[], signal?: AbortSignal): Promise<void>;
}

const FIRST_DELAY_MS = 25;
const LONGEST_DELAY_MS = 2_000;
const RETRY_LIMIT_MS = 60_000;
const KEEP_BATCHES_MS = 24 * 60 * 60 * 1_000;
const RETRYABLE = new Set([
  'STORE_BUSY',
  'STORE_UNAVAILABLE',
  'SQLITE_BUSY',
  'HRANA_CLOSED_ERROR',
  'HRANA_WEBSOCKET_ERROR',
]);

/** Connects to a store and brings its schema up to date. */
export async function openStoreClient(target: StoreTarget, signal?: AbortSignal): Promise<StoreClient> {
  const client = createClient({ url: target.url, ...(target.token ? { authToken: target.token } : {}) });
  try {
    await persist(client, target, () => migrate(client), signal);
    const oldest = Date.now() - KEEP_BATCHES_MS;
    await persist(client, target, () => client.execute({ sql: deleteOldBatches, args: [oldest] }), signal);
  } catch (error) {
    client.close();
    throw error;
  }
  return {
    async write(id, statements, once) {
      const batch: InStatement[] = [{ sql: insertBatch, args: [id, Date.now()] }, ...statements];
      const send = () => client.batch(batch, 'write');
      await persist(client, target, send, once, () => isWritten(client, id));
    },
    [Symbol.dispose]: () => client.close(),
  };
}

/** Tries until it works, with exponential back-off; what trying again cannot mend is thrown at once. */
async function persist(
  client: Client,
  target: StoreTarget,
  attempt: () => Promise<unknown>,
  signal?: AbortSignal,
  isDone: () => Promise<boolean> = async () => false,
): Promise<void> {
  const deadline = Date.now() + RETRY_LIMIT_MS;
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
      if (Date.now() + delayMs > deadline) throw away(target, error);
      // Writers that were turned away together must not come back together.
      await wait(delayMs * (0.5 + Math.random()), undefined, signal ? { signal } : {});
    }
  }
}

async function isWritten(client: Client, id: string): Promise<boolean> {
  return (await client.execute({ sql: findBatch, args: [id] })).rows.length > 0;
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
    `The store at ${target.url} ${status === 401 ? 'wants a token' : 'does not let this token write'}.`,
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
