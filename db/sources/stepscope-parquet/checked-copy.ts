import { createHash, randomBytes } from 'node:crypto';
import { chmod, constants, copyFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

export interface CheckedFile {
  readonly file: string;
  /** Of what was exported, in hex. */
  readonly sha256: string;
}

const READ_BYTES = 1024 * 1024;

/**
 * A copy in the folder for temporary files, where the file system can without copying its blocks, that holds what was exported byte for byte;
 * undefined when it does not, or cannot be made. The file itself may go or change at any moment after.
 */
export async function copyChecked(
  { file, sha256 }: CheckedFile,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const copy = join(folder, `export-${process.pid}-${randomBytes(8).toString('hex')}.parquet`);
  try {
    signal.throwIfAborted();
    await copyFile(file, copy, constants.COPYFILE_FICLONE);
    // What was exported may be read-only, and its copy is to be forced to disk and deleted.
    await chmod(copy, 0o600);
    if ((await hashOf(copy, signal)) === sha256) return copy;
  } catch {
    // Whoever reads the file itself finds out what is wrong with it, and says it.
  }
  await rm(copy, { force: true });
  signal.throwIfAborted();
  return undefined;
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  await using handle = await open(path, 'r+');
  // A mirror that names it may outlast a power cut.
  await handle.datasync();
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
  }
}
