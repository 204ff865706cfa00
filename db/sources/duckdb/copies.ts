import { constants, createReadStream, createWriteStream } from 'node:fs';
import { copyFile, mkdir, open, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ExpectedError } from '../../model';

/** The two heads that a checkpoint writes in turn stand behind the file's own. */
const HEADERS_BYTES = 12_288;
const MOST_TRIES = 5;

let copies = 0;

export interface FileCopy extends AsyncDisposable {
  readonly file: string;
}

/**
 * A private copy of a database, with its write-ahead log unless that is damaged. A checkpoint moves rows from the log to the file: a copy
 * during which one ended would miss them, so it is made again.
 */
export async function copyDatabase(
  path: string,
  options: { readonly folder: string; readonly withLog: boolean; readonly signal: AbortSignal },
): Promise<FileCopy> {
  const folder = join(options.folder, `duckdb-${process.pid}-copy-${copies++}`);
  await mkdir(folder, { mode: 0o700 });
  const copy = {
    file: join(folder, basename(path)),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
  try {
    for (let tried = 1; ; tried += 1) {
      const before = await headsOf(path);
      await copyOne(path, copy.file, options.signal);
      if (options.withLog && (await exists(`${path}.wal`)))
        await copyOne(`${path}.wal`, `${copy.file}.wal`, options.signal);
      if ((await headsOf(path)).equals(before)) return copy;
      await rm(`${copy.file}.wal`, { force: true });
      if (tried === MOST_TRIES) throw busy(path);
    }
  } catch (error) {
    await copy[Symbol.asyncDispose]();
    throw error;
  }
}

async function headsOf(path: string): Promise<Buffer> {
  await using file = await open(path, 'r');
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADERS_BYTES), 0, HEADERS_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** Shares the blocks where the file system can; else copies, and can be stopped. */
async function copyOne(from: string, to: string, signal: AbortSignal): Promise<void> {
  await rm(to, { force: true });
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE);
  } catch {
    try {
      await pipeline(createReadStream(from), createWriteStream(to, { mode: 0o600 }), { signal });
    } catch (error) {
      throw diskFull(error, to);
    }
  }
}

function diskFull(error: unknown, to: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') return error;
  return new ExpectedError(
    'DISK_FULL',
    `The disk is full: the copy ${to} could not be written.`,
    { path: to, action: 'Free some space, or choose another cache folder.' },
    { cause: error },
  );
}

function busy(path: string): ExpectedError<'LOCKED'> {
  return new ExpectedError('LOCKED', `${path} changed ${MOST_TRIES} times while it was copied.`, {
    path,
    action: 'Open the snapshot copy again, or close the program that writes to it.',
    canCopy: true,
  });
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
