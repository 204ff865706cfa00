import {
  closeSync,
  type Dirent,
  fstatSync,
  open as openWithCallback,
  read as readWithCallback,
} from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { promisify } from 'node:util';
import { ExpectedError } from '../model';
import { compressionOf, decompressHead } from './documents/bytes';
import type { Place } from './types';

const HEAD_BYTES = 65_536;
const NOTHING = new Uint8Array();

/** Without the handles of `node:fs/promises`, which take three times as long: of 19,000 small files they were most of the looking. */
const open = promisify(openWithCallback);
const read = promisify(readWithCallback);

/** Looks at a path once, for all formats. What cannot even be looked at is told apart here. */
export async function lookAt(path: string): Promise<Place> {
  try {
    const real = await realpath(path);
    const found = await stat(real);
    if (found.isDirectory()) return await lookAtFolder(real);
    if (!found.isFile()) throw unreadable(path, 'it is neither a file nor a folder');
    return await lookAtFile(real);
  } catch (error) {
    throw translate(error, path);
  }
}

/** The same of a path that is known to be real and a folder. */
export async function lookAtFolder(path: string): Promise<Place> {
  try {
    const entries = await entriesIn(path);
    return { path, kind: 'folder', size: 0, mtimeMs: 0, head: NOTHING, compression: null, entries };
  } catch (error) {
    throw translate(error, path);
  }
}

/** The same of a path that is known to be real and a file. */
export async function lookAtFile(path: string): Promise<Place> {
  let file: number | undefined;
  try {
    file = await open(path, 'r');
    // Neither waits for the disk.
    const { size, mtimeMs } = fstatSync(file);
    // One more than it has: also what says it holds nothing may refuse to be read.
    const most = Math.min(HEAD_BYTES, size + 1);
    const { buffer, bytesRead } = await read(file, Buffer.allocUnsafeSlow(most), 0, most, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const head = decompressHead(bytes, HEAD_BYTES);
    const compression = compressionOf(bytes) ?? null;
    return { path, kind: 'file', size, mtimeMs, head, compression, entries: [] };
  } catch (error) {
    throw translate(error, path);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** By name. */
export async function entriesIn(folder: string): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
}

function translate(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new ExpectedError(
      'SOURCE_NOT_FOUND',
      `${path} does not exist.`,
      { path, action: 'Check the path, or choose another file or folder.' },
      { cause: error },
    );
  }
  if (code === 'EACCES' || code === 'EPERM') return unreadable(path, 'reading it is not allowed', error);
  if (code === 'ELOOP') return unreadable(path, 'its links lead in a circle', error);
  if (code === 'EIO') return unreadable(path, 'the disk reports an error', error);
  return error;
}

function unreadable(path: string, reason: string, cause?: unknown): ExpectedError<'SOURCE_UNREADABLE'> {
  return new ExpectedError(
    'SOURCE_UNREADABLE',
    `${path} could not be read: ${reason}.`,
    { path, action: 'Check its permissions, or choose another file or folder.' },
    { cause },
  );
}
