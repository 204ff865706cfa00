import { basename, join, resolve } from 'node:path';
import { runInThread, type TargetSpec } from '../../../db/migrate';
import { ExpectedError } from '../../../db/model';
import { dataRoot } from '../../../db/runtime';
import type { JobInput, MigrationTarget } from '../../contract';
import type { JobWork } from '../jobs';
import type { EngineContext } from './context';

/** A migration from tracing v2 as a job; its result is the report. */
export function migrateWork(context: EngineContext, input: Extract<JobInput, { kind: 'migrate' }>): JobWork {
  const { source, zone, dryRun, verify } = input;
  return {
    kind: 'migrate',
    title: `${dryRun ? 'Trial migration' : 'Migration'} of ${basename(source)}`,
    async run(signal, report) {
      const target = targetSpec(context, input.target);
      const request = { source, target, zone, verify, reportFolder: reportFolder() };
      return { ...(await runInThread({ kind: dryRun ? 'plan' : 'migrate', request }, { signal, report })) };
    },
  };
}

export function rollbackWork(
  context: EngineContext,
  input: Extract<JobInput, { kind: 'rollback' }>,
): JobWork {
  return {
    kind: 'rollback',
    title: `Rollback of ${input.run}`,
    async run(signal, report) {
      const target = targetSpec(context, input.target);
      const request = { target, run: input.run, reportFolder: reportFolder() };
      return { ...(await runInThread({ kind: 'rollback', request }, { signal, report })) };
    },
  };
}

/** Where reports about stores are kept. */
function reportFolder(): string {
  return join(dataRoot(), 'migrations');
}

function targetSpec({ liveStore }: EngineContext, target: MigrationTarget): TargetSpec {
  switch (target.kind) {
    case 'file':
      return { kind: 'file', path: resolve(target.path) };
    case 'remote':
      return { kind: 'store', name: target.url, url: target.url, token: target.token ?? null };
    case 'live': {
      const store = liveStore();
      if (store === undefined || store.url === null) {
        throw new ExpectedError('STORE_UNAVAILABLE', 'The live store does not run.', {
          action: 'Start it on the Store screen, or choose a file.',
        });
      }
      return { kind: 'store', name: 'the live store', url: store.url, token: store.token };
    }
  }
}
