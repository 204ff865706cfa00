import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, copyFile, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ExpectedError } from '../model';
import type { TargetSpec } from './target/open-target';

/** Where a run keeps what belongs to it. */
export interface RunFolder {
  readonly path: string;
  readonly backup: string;
  readonly report: string;
  readonly page: string;
}

/** Reports and backups about a file lie beside it; those about a store in a folder of the application. */
export function runFolder(target: TargetSpec, reportFolder: string, runId: string): RunFolder {
  const path = join(runsFolder(target, reportFolder), runId);
  return {
    path,
    backup: join(path, 'backup'),
    report: join(path, 'report.json'),
    page: join(path, 'report.md'),
  };
}

function runsFolder(target: TargetSpec, reportFolder: string): string {
  return target.kind === 'file' ? `${resolve(target.path)}.migrations` : reportFolder;
}

/** A new file is written under this name and gets its own when it is whole and verified. */
export function partialPath(path: string, runId: string): string {
  return `${resolve(path)}.${runId}.partial`;
}

/** The file and its WAL as they are now. The caller holds the write lock. Appears whole or not at all. */
export async function backUp(path: string, folder: RunFolder): Promise<void> {
  const partial = `${folder.backup}.partial`;
  await guard(path, async () => {
    // Else making a folder on a disk that is read-only would say that the file is not there.
    await access(dirname(path), constants.W_OK);
    await rm(partial, { recursive: true, force: true });
    await mkdir(partial, { recursive: true });
    for (const name of [path, `${path}-wal`]) {
      if (await sizeOf(name)) await copyFile(name, join(partial, basename(name)), constants.COPYFILE_FICLONE);
    }
    await rm(folder.backup, { recursive: true, force: true });
    await rename(partial, folder.backup);
  });
}

/** Puts the backup back, byte for byte. Nobody has the file open. */
export async function restore(path: string, folder: RunFolder): Promise<void> {
  await guard(path, async () => {
    const draft = `${path}.restoring`;
    await copyFile(join(folder.backup, basename(path)), draft);
    await syncFile(draft);
    const wal = join(folder.backup, `${basename(path)}-wal`);
    await rm(`${path}-shm`, { force: true });
    await rm(`${path}-wal`, { force: true });
    await rename(draft, path);
    if (await sizeOf(wal)) await copyFile(wal, `${path}-wal`);
  });
}

export async function finishFile(partial: string, path: string): Promise<void> {
  if ((await sizeOf(path)) !== undefined) {
    throw new ExpectedError('EXPORT_TARGET_EXISTS', `${path} came to exist meanwhile.`, {
      path,
      action: 'Move it away, then start the migration again: it goes on where it stopped.',
    });
  }
  await guard(path, async () => {
    await syncFile(partial);
    await rename(partial, path);
  });
}

export async function removeDatabase(path: string): Promise<void> {
  for (const name of [path, `${path}-wal`, `${path}-shm`, `${path}-journal`]) await rm(name, { force: true });
}

/** Of the file alone; null while a WAL holds more. */
export async function fileDigest(path: string): Promise<string | null> {
  if (await sizeOf(`${path}-wal`)) return null;
  const hash = createHash('sha256');
  await guard(path, () => pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash));
  return hash.digest('hex');
}

/** Appears whole or not at all. */
export async function writeText(path: string, text: string): Promise<void> {
  await guard(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.draft`, text);
    await rename(`${path}.draft`, path);
  });
}

export async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined);
}

export async function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    (found) => found.size,
    () => undefined,
  );
}

async function syncFile(path: string): Promise<void> {
  await using file = await open(path, 'r+');
  await file.sync();
}

async function guard<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateFileError(error, path);
  }
}

function translateFileError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const options = { cause: error };
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const action = 'Free some space, then start again.';
    return new ExpectedError('DISK_FULL', `The disk that holds ${path} is full.`, { path, action }, options);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR' || code === 'EISDIR') {
    const action = 'Choose a file in a folder that you may write to.';
    return new ExpectedError('SOURCE_UNREADABLE', `${path} cannot be written.`, { path, action }, options);
  }
  if (code === 'ENOENT') {
    const action = 'Choose a file in a folder that exists.';
    return new ExpectedError('SOURCE_NOT_FOUND', `${path} is not there.`, { path, action }, options);
  }
  return error;
}
