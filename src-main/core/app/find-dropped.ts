import { readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { walkAll } from '../../../db/sources';
import { type DroppedItem, mostCopies } from '../../contract';
import { isInside } from './list-folder';

/** Of the system: nobody keeps traces there, and some of it has no end. */
const systemFolders = new Set(
  [
    'bin',
    'boot',
    'dev',
    'etc',
    'lib',
    'lib32',
    'lib64',
    'libx32',
    'proc',
    'run',
    'sbin',
    'snap',
    'sys',
    'usr',
  ].concat(['System', 'Library', 'Applications', 'Windows', 'Program Files', 'Program Files (x86)']),
);
/** A page tells whole milliseconds. */
const sameTimeMs = 1;

export interface DropSearch {
  /** Nothing outside of it is found. */
  readonly root: string;
  /** Paths that were opened before: what is dropped often lies beside them. */
  readonly known: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Where that lies which was dropped on a page: a browser tells its name, size and time, but not its path, and traces are read in place. It is
 * looked for beside what was opened before, then in the working folder and at home, then in the rest of what may be browsed; all copies that
 * the first of these has are given, as only who dropped it knows which was meant.
 */
export async function findDropped(
  items: readonly DroppedItem[],
  { root, known, signal }: DropSearch,
): Promise<string[][]> {
  const realRoot = await realpath(root);
  const found = new Map<DroppedItem, Set<string>>(items.map((item) => [item, new Set()]));
  let wanted = [...items];
  const look = async (path: string): Promise<void> => {
    for (const item of wanted) {
      const places = found.get(item);
      if (item.name !== basename(path) || places === undefined || places.size === mostCopies) continue;
      if (!(await isSame(path, item))) continue;
      const real = await realpath(path);
      if (isInside(realRoot, real)) places.add(real);
    }
  };
  try {
    for (const starts of await startsIn(realRoot, known)) {
      for (const start of starts) {
        await look(start);
        for await (const { path } of walkAll(start, { signal })) await look(path);
      }
      wanted = wanted.filter((item) => found.get(item)?.size === 0);
      if (wanted.length === 0) break;
    }
  } catch (error) {
    // Long enough: what is not found by now is asked for.
    if (!signal.aborted) throw error;
  }
  return items.map((item) => [...(found.get(item) ?? [])]);
}

/** Nothing twice. All that may be browsed is no place to begin. */
async function startsIn(realRoot: string, known: readonly string[]): Promise<string[][]> {
  const beside = known.flatMap((path) => [dirname(path), dirname(dirname(path))]);
  const rest = (await readdir(realRoot).catch(() => [])).filter((name) => !systemFolders.has(name));
  const seen = new Set(['/']);
  const groups: string[][] = [];
  for (const paths of [beside, [process.cwd(), homedir()], rest.map((name) => join(realRoot, name))]) {
    const group: string[] = [];
    for (const path of paths) {
      const real = await realpath(path).catch(() => undefined);
      if (real === undefined || seen.has(real) || !isInside(realRoot, real)) continue;
      seen.add(real);
      group.push(real);
    }
    groups.push(group);
  }
  return groups;
}

async function isSame(path: string, item: DroppedItem): Promise<boolean> {
  if (item.kind === 'file') return isSameFile(path, item);
  const names = new Set(await readdir(path).catch(() => undefined));
  if (item.names.length === 0 ? names.size > 0 : !item.names.every((name) => names.has(name))) return false;
  const same = await Promise.all(item.files.map((file) => isSameFile(join(path, file.name), file)));
  return (await stat(path).catch(() => undefined))?.isDirectory() === true && same.every(Boolean);
}

async function isSameFile(
  path: string,
  { bytes, modifiedMs }: { readonly bytes: number; readonly modifiedMs: number },
): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return (
    found?.isFile() === true && found.size === bytes && Math.abs(found.mtimeMs - modifiedMs) < sameTimeMs
  );
}
