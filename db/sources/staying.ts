import { randomBytes } from 'node:crypto';
import { chmod, constants, copyFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** From this many rows on a table may stay in Parquet files: below, its rows are inserted sooner than a view pays. */
export const stayingRows = 10_000;

/**
 * A copy of a user's file that a mirror may keep, in the folder for temporary files, where the file system can without copying its blocks. The
 * file itself may go or change at any moment after. `check` says whether it is what it should be. Undefined: it is not, or cannot be copied.
 */
export async function copyToStay(
  file: string,
  { folder, signal }: { readonly folder: string; readonly signal: AbortSignal },
  check: (copy: string) => Promise<boolean> = async () => true,
): Promise<string | undefined> {
  const copy = join(folder, `copy-${process.pid}-${randomBytes(8).toString('hex')}.parquet`);
  try {
    signal.throwIfAborted();
    await copyFile(file, copy, constants.COPYFILE_FICLONE);
    // The file may be read-only, and its copy is to be forced to disk and deleted.
    await chmod(copy, 0o600);
    await forceToDisk(copy);
    if (await check(copy)) return copy;
  } catch {
    // Whoever reads the file itself finds out what is wrong with it, and says it.
  }
  await rm(copy, { force: true });
  signal.throwIfAborted();
  return undefined;
}

/** A mirror that names it may outlast a power cut. */
async function forceToDisk(path: string): Promise<void> {
  await using handle = await open(path, 'r+');
  await handle.datasync();
}
