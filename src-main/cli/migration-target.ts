import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TargetSpec } from '../../db/migrate';
import { ExpectedError } from '../../db/model';
import { findRunningStore, runStore } from '../../db/store';
import { dataFolderAt, dataRoot } from '../core/app';
import { specOf } from './traces';

/** Where `--to` leads, open until it is disposed. */
export interface MigrationTarget extends AsyncDisposable {
  readonly spec: TargetSpec;
}

/** `live` or the directory of a store, which is run here when nobody runs it; a URL; else a tracing v3 file, there or not. */
export async function openMigrationTarget(
  { to, token }: { readonly to: string; readonly token?: string },
  signal: AbortSignal,
): Promise<MigrationTarget> {
  if (to === 'live') return openStore(dataFolderAt(dataRoot()).store, 'the live store', signal);
  const spec = specOf(to, { token });
  if (spec.kind === 'remote') {
    return held({ kind: 'store', name: spec.url, url: spec.url, token: spec.token ?? null });
  }
  const path = resolve(to);
  if (existsSync(join(path, 'dbs'))) return openStore(path, path, signal);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw new ExpectedError('FORMAT_UNKNOWN', `${path} is a folder, and not that of a store.`, {
      path,
      action: 'Name a file, `live`, or a URL.',
    });
  }
  return held({ kind: 'file', path });
}

async function openStore(directory: string, name: string, signal: AbortSignal): Promise<MigrationTarget> {
  const isElsewhere = (process.env.TURSO_DATABASE_URL ?? '') !== '';
  const running = isElsewhere ? undefined : await findRunningStore(directory);
  if (running !== undefined) {
    return held({ kind: 'store', name, url: running.url, token: running.token ?? null });
  }
  const store = await runStore({ dir: directory, port: 0 }, signal);
  return {
    spec: { kind: 'store', name, url: store.url, token: store.token },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function held(spec: TargetSpec): MigrationTarget {
  return { spec, [Symbol.asyncDispose]: async () => {} };
}
