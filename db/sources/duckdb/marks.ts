import { createHash } from 'node:crypto';
import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '../../model';

/** A reader that ended with its whole process left its mark: after so many, the file is not opened again by itself. */
const MOST_ENDS = 2;

/**
 * A damaged file can end the process that reads it. While a file is read a mark names it and the process; two marks of processes that are
 * gone mean that the file ended them both. The refusal takes the marks away: opening it once more tries again.
 */
export async function markReading(path: string, folder: string): Promise<AsyncDisposable> {
  const prefix = `reading.${await nameOf(path)}.`;
  const left = (await readdir(folder)).filter((name) => name.startsWith(prefix));
  const ended = left.filter((name) => !isRunning(Number(name.slice(prefix.length))));
  if (ended.length >= MOST_ENDS) {
    for (const name of ended) await rm(join(folder, name), { force: true });
    throw new ExpectedError(
      'FORMAT_DAMAGED',
      `${path} ended the process that read it ${ended.length} times, so it was not opened.`,
      {
        path,
        action: 'Open it again to try once more, or restore it from a copy.',
        readable: 'unknown',
        lost: 'unknown',
      },
    );
  }
  const mark = join(folder, prefix + process.pid);
  await writeFile(mark, path);
  return {
    async [Symbol.asyncDispose]() {
      for (const name of [...ended, prefix + process.pid]) await rm(join(folder, name), { force: true });
    },
  };
}

/** Of this file as it is: one that was replaced starts anew. */
async function nameOf(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  return createHash('sha256').update(`${path}\0${size}\0${mtimeMs}\0${ino}`).digest('hex').slice(0, 16);
}

function isRunning(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
