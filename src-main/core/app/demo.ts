import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { entryPath } from '../../../db/runtime';
import type { Log } from './log';

const finished = z.object({ sessions: z.number().int() });

export interface DemoOptions {
  readonly url: string;
  readonly token: string | null;
  readonly log: Log;
}

/** Starts writing the demo traces into a store. Disposing stops it; what was written stays. */
export function startDemo({ url, token, log }: DemoOptions): AsyncDisposable {
  const worker = new Worker(entryPath('demo-writer.worker'), { workerData: { url, token } });
  log('demo.started');
  worker.on('message', (message) => log('demo.written', finished.parse(message)));
  // The store went away meanwhile: the demo is a courtesy, its absence is no failure of the application.
  worker.on('error', (error) => log('demo.failed', { message: error.message }));
  return {
    [Symbol.asyncDispose]: async () => {
      await worker.terminate();
    },
  };
}
