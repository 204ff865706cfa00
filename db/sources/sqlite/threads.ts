import { Worker } from 'node:worker_threads';
import { entryPath } from '../../runtime';

let spare: Worker | undefined;

/**
 * Has one reader thread ready for the file that is opened next: it takes 40 ms to start, a sixth of the time until the first sessions show.
 * For a process in which somebody waits for them; call it when there is time.
 */
export function prepareReaderThread(): void {
  if (spare === undefined) keep(startThread());
}

/** A thread whose file is closed: the next file is read by it, or, when there is a spare one already, it ends. */
export async function giveThreadBack(thread: Worker): Promise<void> {
  if (spare === undefined) keep(thread);
  else await thread.terminate();
}

function keep(thread: Worker): void {
  spare = thread;
  thread.once('error', forget).once('exit', forget);
}

/** One that ends before it is wanted is no spare; whoever opens a file then starts another and sees why. */
function forget(this: Worker): void {
  if (spare === this) spare = undefined;
}

export async function endSpareThread(): Promise<void> {
  const ended = spare;
  spare = undefined;
  await ended?.terminate();
}

export function takeReaderThread(): Worker {
  const taken = spare ?? startThread();
  spare = undefined;
  return taken.off('error', forget).off('exit', forget);
}

/** Keeps no process alive by itself. */
function startThread(): Worker {
  const thread = new Worker(entryPath('sqlite-reader.worker'));
  thread.unref();
  return thread;
}
