import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { sizeOf } from '../files';
import { openTarget, type Target, type TargetSpec } from './open-target';

/** A target that is only read. */
export interface Look extends AsyncDisposable {
  readonly target: Target;
  readonly mayWrite: boolean;
}

/** A file is looked at in a copy, because opening one in WAL mode changes it. */
export async function openToLook(spec: TargetSpec): Promise<Look> {
  if (spec.kind === 'store') {
    const target = await openTarget(spec);
    return { target, mayWrite: false, [Symbol.asyncDispose]: async () => target[Symbol.dispose]() };
  }
  const folder = await mkdtemp(join(tmpdir(), 'stepscope-migrate-look-'));
  for (const name of [spec.path, `${spec.path}-wal`]) {
    if (await sizeOf(name)) await cp(name, join(folder, basename(name)));
  }
  const target = await openTarget({ kind: 'file', path: join(folder, basename(spec.path)) });
  return {
    target: { ...target, name: spec.path },
    mayWrite: true,
    async [Symbol.asyncDispose]() {
      target[Symbol.dispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
