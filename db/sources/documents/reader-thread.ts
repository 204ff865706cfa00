import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Failure, toError } from '../../model';
import { entryPath } from '../../runtime';
import { chunkFilePrefix } from '../chunk-file';
import type { Chunk, ReadRequest } from '../types';
import { Inbox } from './inbox';
import type { ReaderCredit, ReaderJob, ReaderMessage } from './protocol';

/** What one document may take while it is parsed; beyond it the reading fails, not the engine. */
const MOST_MEGABYTES = 512;
/** Rows die young: with the usual 16 MB of room half of them would be copied on the way. */
const YOUNG_MEGABYTES = 64;
/** Of a thread that reads documents. */
export const threadLimits = {
  maxOldGenerationSizeMb: MOST_MEGABYTES,
  maxYoungGenerationSizeMb: YOUNG_MEGABYTES,
};

/** Reads documents in a thread, one chunk ahead of who takes them. The thread ends with the loop, however that ends. */
export async function* readInThread(
  job: ReaderJob,
  request: Pick<ReadRequest, 'signal' | 'warn' | 'report' | 'renew'>,
): AsyncGenerator<Chunk, void, void> {
  request.signal.throwIfAborted();
  const inbox = new Inbox<ReaderMessage>();
  /** Theirs to delete who took them. */
  const taken = new Set<string>();
  const worker = new Worker(entryPath('document-reader.worker'), {
    workerData: job,
    resourceLimits: threadLimits,
  });
  const thread = worker.threadId;
  worker.on('message', (message: ReaderMessage) => inbox.put(message));
  worker.on('error', (error: Error) =>
    inbox.put({ type: 'failed', failure: failureOfThread(error, job.root) }),
  );
  worker.on('exit', () => inbox.put({ type: 'done' }));
  const stop = () => inbox.put({ type: 'done' });
  request.signal.addEventListener('abort', stop, { once: true });
  try {
    for (;;) {
      const message = await inbox.take();
      request.signal.throwIfAborted();
      switch (message.type) {
        case 'warning':
          request.warn(message.warning);
          break;
        case 'renew':
          request.renew(message.at);
          break;
        case 'report':
          request.report(message.report);
          break;
        case 'done':
          return;
        case 'failed':
          throw toError(message.failure);
        case 'chunk':
          taken.add(message.chunk.content.file);
          yield message.chunk;
          if (message.chunk.isContinued !== true) worker.postMessage('go-on' satisfies ReaderCredit);
      }
    }
  } finally {
    request.signal.removeEventListener('abort', stop);
    await worker.terminate();
    await removeChunks(job.folder, { thread, taken });
  }
}

/** Chunks that nobody took. */
async function removeChunks(
  folder: string,
  { thread, taken }: { readonly thread: number; readonly taken: ReadonlySet<string> },
): Promise<void> {
  const prefix = chunkFilePrefix(thread);
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const file = join(folder, name);
    if (name.startsWith(prefix) && !taken.has(file)) await rm(file, { force: true });
  }
}

/** Why a thread that read `path` has ended. */
export function failureOfThread(error: Error, path: string): Failure {
  const isFull = 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
  if (!isFull) return { code: 'UNEXPECTED', message: error.message, data: {} };
  return {
    code: 'SOURCE_UNREADABLE',
    message: `${path} holds a record that takes more than ${MOST_MEGABYTES} MB of memory.`,
    data: { path, action: 'Open a part of it: what was read before stays open.' },
  };
}
