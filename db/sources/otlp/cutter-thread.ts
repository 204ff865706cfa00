import { Worker } from 'node:worker_threads';
import { toError } from '../../model';
import { entryPath } from '../../runtime';
import { type DocumentFile, failureOfThread, Inbox, threadLimits } from '../documents';
import type { CutterJob, CutterMessage, CutterRoom } from './cutter-protocol';
import type { SpanCutting, SpanTaker } from './document-spans';
import { BlockReader, newRoom } from './span-blocks';

/** Blocks that may be on their way: one is cut and one read, and one lies between them. */
const ROOMS = 3;

/** `eachSpan` in a thread of its own, which ends with it. The thread has its own scanner. */
export async function eachSpanOfThread(
  file: Pick<DocumentFile, 'path' | 'signal' | 'passed'>,
  taker: SpanTaker,
  { shape }: SpanCutting,
): Promise<void> {
  file.signal.throwIfAborted();
  const job: CutterJob = { path: file.path, shape };
  const inbox = new Inbox<CutterMessage>();
  const worker = new Worker(entryPath('span-cutter.worker'), {
    workerData: job,
    resourceLimits: threadLimits,
  });
  worker.on('message', (message: CutterMessage) => inbox.put(message));
  worker.on('error', (error: Error) =>
    inbox.put({ type: 'failed', failure: failureOfThread(error, file.path) }),
  );
  const ended = { code: 'UNEXPECTED', message: 'The thread that cuts spans has ended.', data: {} } as const;
  const stop = () => inbox.put({ type: 'failed', failure: ended });
  worker.on('exit', stop);
  file.signal.addEventListener('abort', stop, { once: true });
  const giveRoom = (room: CutterRoom) => worker.postMessage(room, [room]);
  for (let room = 0; room < ROOMS; room += 1) giveRoom(newRoom());
  const reader = new BlockReader(file, taker);
  try {
    for (;;) {
      const message = await inbox.take();
      file.signal.throwIfAborted();
      switch (message.type) {
        case 'block':
          await reader.take(message.block);
          giveRoom(message.block.bytes);
          break;
        case 'done':
          return;
        case 'failed':
          throw toError(message.failure);
        case 'unreadable':
          throw Object.assign(new Error(message.message), { code: message.code, syscall: message.syscall });
      }
    }
  } finally {
    file.signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
