import { basename } from 'node:path';
import { type Client, createClient, type InStatement, type InValue } from '@libsql/client';
import { migrate } from './migrate';
import { persist, type StoreTarget } from './persist';
import deleteOldBatches from './sql/delete-old-batches.sql?raw';
import findBatch from './sql/find-batch.sql?raw';
import insertBatch from './sql/insert-batch.sql?raw';

export interface Statement {
  readonly sql: string;
  readonly args: InValue[];
}

/** A store as a writer sees it: each batch is written once, however often it has to be sent. */
export interface StoreClient extends Disposable {
  /** `id` names the batch: the same one sent again is not written again. */
  write(id: string, statements: readonly Statement[], signal?: AbortSignal): Promise<void>;
}

const KEEP_BATCHES_MS = 24 * 60 * 60 * 1_000;

export interface StoreClientOptions {
  /** How long to try again what another try may mend; a minute when left out, 0 for a single try. */
  readonly limitMs?: number;
  /** The same while the store answers that it is busy; `limitMs` when left out. */
  readonly busyLimitMs?: number;
}

/** Connects to a store and brings its schema up to date. */
export async function openStoreClient(
  target: StoreTarget,
  signal?: AbortSignal,
  options: StoreClientOptions = {},
): Promise<StoreClient> {
  const authToken = target.token ? { authToken: target.token } : {};
  const client = createClient({ url: target.url, ...authToken, fetch: fetchByName });
  try {
    await persist(client, target, () => migrate(client), { signal, ...options });
  } catch (error) {
    client.close();
    throw error;
  }
  let hasForgotten = false;
  return {
    async write(id, statements, once) {
      // Once a connection, with its first batch: a program that has just started has no other turn to wait for.
      const forget = { sql: deleteOldBatches, args: [Date.now() - KEEP_BATCHES_MS] };
      const batch: InStatement[] = [
        { sql: insertBatch, args: [id, Date.now()] },
        ...statements,
        ...(hasForgotten ? [] : [forget]),
      ];
      const send = () => client.batch(batch, 'write');
      await persist(client, target, send, { signal: once, isDone: () => isWritten(client, id), ...options });
      hasForgotten = true;
    },
    [Symbol.dispose]: () => client.close(),
  };
}

async function isWritten(client: Client, id: string): Promise<boolean> {
  return (await client.execute({ sql: findBatch, args: [id] })).rows.length > 0;
}

/** The program and its process: connections of one program take turns as one client, and the Store screen names it. Only ASCII goes in a header. */
const CLIENT = `${basename(process.argv[1] ?? 'node')} ${process.pid}`.replace(/[^ -~]/g, '?');

function fetchByName(request: Request): Promise<Response> {
  request.headers.set('x-stepscope-client', CLIENT);
  return fetch(request);
}
