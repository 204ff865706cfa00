import { readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { z } from 'zod';
import { ExpectedError } from '../../../db/model';
import type { fileEntry } from '../../contract';

type FileEntry = z.infer<typeof fileEntry>;
export interface FolderListing {
  readonly path: string;
  readonly parent: string | null;
  readonly entries: FileEntry[];
  readonly more: number;
}

const mostEntries = 5_000;

/** Lists a folder for the in-page picker. What lies outside `root` by its real path is refused, and left out of the list. */
export async function listFolder(root: string, path: string | null): Promise<FolderListing> {
  const realRoot = await realpath(root);
  const folder = path === null ? await startIn(realRoot) : await realFolder(resolve(realRoot, path));
  if (!isInside(realRoot, folder)) throw outside(folder, realRoot);
  const names = await namesIn(folder);
  const described = await Promise.all(
    names.slice(0, mostEntries).map((name) => describeEntry(realRoot, folder, name)),
  );
  const entries = described.filter((entry) => entry !== undefined);
  return {
    path: folder,
    parent: folder === realRoot ? null : dirname(folder),
    entries: entries.sort((one, other) => foldersFirst(one, other)),
    more: Math.max(0, names.length - mostEntries),
  };
}

/** The user's own files, where they lie under the root. */
async function startIn(realRoot: string): Promise<string> {
  const home = await realpath(homedir()).catch(() => realRoot);
  return isInside(realRoot, home) ? home : realRoot;
}

export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path);
}

function foldersFirst(one: FileEntry, other: FileEntry): number {
  if (one.kind !== other.kind) return one.kind === 'folder' ? -1 : 1;
  return one.name.localeCompare(other.name, 'en', { numeric: true, sensitivity: 'base' });
}

async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    throw new ExpectedError(
      'SOURCE_NOT_FOUND',
      `${path} does not exist or cannot be read.`,
      { path, action: 'Choose another folder.' },
      { cause },
    );
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !name.startsWith('.'));
  } catch (cause) {
    throw new ExpectedError(
      'SOURCE_UNREADABLE',
      `${folder} cannot be listed: ${cause instanceof Error ? cause.message : String(cause)}.`,
      { path: folder, action: 'Choose a folder that you may read.' },
      { cause },
    );
  }
}

/** Undefined for what vanished, is no file or folder, or is a link that leads out of the root. */
async function describeEntry(root: string, folder: string, name: string): Promise<FileEntry | undefined> {
  const path = join(folder, name);
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined || !isInside(root, real)) return undefined;
  const status = await stat(real).catch(() => undefined);
  if (status === undefined || !(status.isFile() || status.isDirectory())) return undefined;
  return {
    name,
    path,
    kind: status.isDirectory() ? 'folder' : 'file',
    bytes: status.isFile() ? status.size : null,
    modifiedAt: status.mtime.toISOString(),
  };
}

function outside(path: string, root: string): ExpectedError {
  return new ExpectedError(
    'SOURCE_UNREADABLE',
    `${path} is outside ${root}, the folder that may be browsed.`,
    {
      path,
      action: 'Start Stepscope with another --root, or choose a folder inside.',
    },
  );
}
