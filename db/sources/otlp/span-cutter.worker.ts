/** The thread that cuts a large document into spans, while another one puts traces together. */
import { parentPort, workerData } from 'node:worker_threads';
import { ExpectedError, toFailure } from '../../model';
import { Inbox } from '../documents';
import type { CutterJob, CutterMessage, CutterRoom } from './cutter-protocol';
import { eachSpan } from './document-spans';
import { BlockWriter } from './span-blocks';
import { SpanScanner } from './span-scanner';

const job: CutterJob = workerData;
const port = parentPort;

if (port !== null) {
  const send = (message: CutterMessage, given: ArrayBuffer[] = []) => port.postMessage(message, given);
  const rooms = new Inbox<CutterRoom>();
  port.on('message', (room: CutterRoom) => rooms.put(room));
  try {
    const writer = new BlockWriter(await rooms.take(), (block) => {
      send({ type: 'block', block }, [block.bytes]);
      return rooms.take();
    });
    // An abort ends the whole thread.
    const { signal } = new AbortController();
    const file = { path: job.path, signal, passed: (bytes: number) => writer.passed(bytes) };
    await eachSpan(file, writer, { shape: job.shape, scanner: new SpanScanner() });
    await writer.end();
    send({ type: 'done' });
  } catch (error) {
    send(messageOf(error));
  }
  port.close();
}

function messageOf(error: unknown): CutterMessage {
  if (error instanceof ExpectedError) return { type: 'failed', failure: toFailure(error) };
  const message = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Error) || !('syscall' in error))
    return { type: 'failed', failure: { code: 'UNEXPECTED', message, data: {} } };
  return {
    type: 'unreadable',
    message,
    code: 'code' in error ? error.code : undefined,
    syscall: error.syscall,
  };
}
