import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesOfMirror, removeMirror } from '../mirror';

const MIRROR = /^[0-9a-f]{16}\.duckdb$/;
const PRIVATE = /-(\d+)-[^/]*$/;

/** The cache folder: `mirrors/` is kept and bounded, `work/` holds what lives no longer than its process. */
export interface CacheFolder {
  readonly mirrors: string;
  readonly work: string;
}

export async function prepareCacheFolder(folder: string): Promise<CacheFolder> {
  const made = { mirrors: join(folder, 'mirrors'), work: join(folder, 'work') };
  await mkdir(made.mirrors, { recursive: true, mode: 0o700 });
  await mkdir(made.work, { recursive: true, mode: 0o700 });
  await removeOrphans(made.work);
  return made;
}

/** Names in `work/` carry the process id: what a killed process left is removed. */
async function removeOrphans(work: string): Promise<void> {
  for (const name of await readdir(work)) {
    const process = PRIVATE.exec(name)?.[1];
    if (process !== undefined && !isRunning(Number(process)))
      await rm(join(work, name), { force: true, recursive: true });
  }
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Removes the mirrors that were not used for the longest time, until the rest fits. Open ones stay. */
export async function pruneMirrors(
  cache: CacheFolder,
  maximumBytes: number,
  open: ReadonlySet<string>,
): Promise<void> {
  const found = [];
  for (const name of await readdir(cache.mirrors)) {
    if (!MIRROR.test(name)) continue;
    const file = join(cache.mirrors, name);
    const { mtimeMs } = await stat(file);
    found.push({ file, size: await bytesOfMirror(file), mtimeMs });
  }
  found.sort((a, b) => b.mtimeMs - a.mtimeMs);
  let kept = 0;
  for (const { file, size } of found) {
    kept += size;
    if (kept > maximumBytes && !open.has(file)) await removeMirror(file);
  }
}
