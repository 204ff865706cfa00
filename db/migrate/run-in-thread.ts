import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { ExpectedError, errorTable, type MigrationReport, type RollbackReport } from '../model';
import { entryPath } from '../runtime';
import { type Task, type WorkerSaid, workerSaid } from './task';
import type { MigrationOptions } from './types';

/**
 * Runs a migration or a rollback in a thread, so that whoever asks goes on answering, and so that every file is really closed at the end:
 * libsql closes one only when the last of its statements is collected, and a WAL that closes late deletes the one that was put back.
 */
export async function runInThread(
  task: Task,
  { signal, report }: MigrationOptions,
): Promise<MigrationReport | RollbackReport> {
  const worker = new Worker(entryPath('migrate.worker'), { workerData: task });
  const stop = () => worker.postMessage('stop');
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  let last: WorkerSaid | undefined;
  worker.on('message', (message) => {
    const said = workerSaid.parse(message);
    if (said.kind === 'progress') report(said.progress);
    else last = said;
  });
  try {
    await once(worker, 'exit');
  } finally {
    signal.removeEventListener('abort', stop);
  }
  return outcomeOf(last);
}

function outcomeOf(last: WorkerSaid | undefined): MigrationReport | RollbackReport {
  if (last?.kind === 'result') return last.result;
  if (last?.kind === 'bug') throw new Error(last.message);
  if (last?.kind !== 'failure') throw new Error('the migration ended without a word');
  const { code, message, data } = last.failure;
  if (code === 'UNEXPECTED') throw new Error(message);
  throw new ExpectedError(code, message, errorTable[code].data.parse(data));
}
