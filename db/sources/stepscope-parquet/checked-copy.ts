import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { copyToStay } from '../staying';

export interface CheckedFile {
  readonly file: string;
  /** Of what was exported, in hex. */
  readonly sha256: string;
}

const READ_BYTES = 1024 * 1024;

/** A copy that holds what was exported byte for byte; undefined when it does not, or cannot be made. */
export function copyChecked(
  { file, sha256 }: CheckedFile,
  folder: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  return copyToStay(file, { folder, signal }, async (copy) => (await hashOf(copy, signal)) === sha256);
}

async function hashOf(path: string, signal: AbortSignal): Promise<string> {
  await using handle = await open(path, 'r');
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  for (;;) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, READ_BYTES);
    if (bytesRead === 0) return hash.digest('hex');
    hash.update(buffer.subarray(0, bytesRead));
  }
}
