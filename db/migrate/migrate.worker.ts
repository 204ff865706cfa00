import { parentPort, workerData } from 'node:worker_threads';
import { ExpectedError, toFailure } from '../model';
import { migrateV2, planMigration } from './migrate';
import { rollBack } from './rollback';
import { task, type WorkerSaid } from './task';

/** One migration or rollback in a thread of its own; any message from outside asks it to stop. */
const port = parentPort;
if (port === null) throw new Error('migrate.worker runs in a worker thread');
const say = (said: WorkerSaid) => port.postMessage(said);
const stop = new AbortController();
port.on('message', () => stop.abort());

const asked = task.parse(workerData);
const options = {
  signal: stop.signal,
  report: (progress: Extract<WorkerSaid, { kind: 'progress' }>['progress']) =>
    say({ kind: 'progress', progress }),
};
try {
  say({ kind: 'result', result: await run() });
} catch (error) {
  if (error instanceof ExpectedError) say({ kind: 'failure', failure: toFailure(error) });
  else say({ kind: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
}
port.close();

function run() {
  switch (asked.kind) {
    case 'migrate':
      return migrateV2(asked.request, options);
    case 'plan':
      return planMigration(asked.request, options);
    case 'rollback':
      return rollBack(asked.request, options);
  }
}
