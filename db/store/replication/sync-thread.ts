import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { entryPath } from '../../runtime';
import { type SyncAnswer, type SyncTask, syncAnswer } from './sync-protocol';

/** What a remote that says nothing any more may delay the end. */
const LAST_ANSWER_MS = 5_000;

/** Synchronises one at a time; who comes while one runs shares the next, which then begins after they came. */
export class SyncThread implements AsyncDisposable {
  private worker: Worker | null = null;
  private running: Promise<SyncAnswer> | null = null;
  private next: Promise<SyncAnswer> | null = null;
  private isClosed = false;

  constructor(private readonly task: SyncTask) {}

  sync(): Promise<SyncAnswer> {
    if (this.running === null) {
      this.running = this.ask().finally(() => {
        this.running = null;
      });
      return this.running;
    }
    this.next ??= this.running
      .catch(() => {})
      .then(() => {
        this.next = null;
        return this.sync();
      });
    return this.next;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isClosed = true;
    // Ended while the driver synchronises, the thread would take the process with it (neon panics).
    await Promise.race([this.running?.catch(() => {}), wait(LAST_ANSWER_MS, undefined, { ref: false })]);
    if (this.running === null) await this.worker?.terminate();
    else this.worker?.unref();
  }

  private ask(): Promise<SyncAnswer> {
    if (this.isClosed) return Promise.resolve({ isDone: false, reason: 'the store is stopping' });
    const worker = this.worker ?? new Worker(entryPath('sync.worker'), { workerData: this.task });
    this.worker = worker;
    return new Promise((resolve, reject) => {
      const done = () => {
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      };
      const onMessage = (message: unknown) => {
        done();
        resolve(syncAnswer.parse(message));
      };
      const onError = (error: unknown) => {
        done();
        this.worker = null;
        reject(error);
      };
      const onExit = () => {
        done();
        this.worker = null;
        resolve({ isDone: false, reason: 'the thread ended' });
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      worker.postMessage('sync');
    });
  }
}
