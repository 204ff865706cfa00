import type { Dirent } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import { ExpectedError } from '../../model';
import { walk } from '../walk';

const PARQUET_NAME = /\.(?:parquet|parq|pq)$/i;
/** What may lie beside tables and is none. */
const BESIDE = /^(?:[._].*|.*\.(?:md|txt|crc)|readme|license|(?:manifest|metadata|schema)\.json)$/i;

/**
 * The Parquet files of a folder that holds nothing else, in folders below it too; none where something else is among them. Sorted: a
 * file's place among them gives its rows their keys.
 */
export async function findParquetFiles(folder: string, signal: AbortSignal): Promise<string[]> {
  const found: string[] = [];
  for await (const { path } of walk(folder, { signal })) {
    const name = basename(path);
    if (isOther(name)) return [];
    if (!BESIDE.test(name)) found.push(path);
  }
  return found.sort();
}

/** It is no folder of Parquet files, as its own entries say. */
export function hasOtherFiles(entries: readonly Dirent[]): boolean {
  return entries.some((entry) => entry.isFile() && isOther(entry.name));
}

function isOther(name: string): boolean {
  return !BESIDE.test(name) && !PARQUET_NAME.test(name);
}

/** Names that the table of a file may have, the likeliest first: its own, its folder's (without `key=value` parts), the opened folder's. */
export function namesOf(file: string, root: string): string[] {
  const folders = relative(root, file)
    .split(sep)
    .slice(0, -1)
    .filter((part) => !/^[^=]+=/.test(part));
  const own = basename(file).replace(PARQUET_NAME, '');
  return [own, ...folders.reverse(), basename(root)].map((name) => name.toLowerCase());
}

/** Names, sizes and times: equal while nothing has changed. */
export async function stampOf(files: readonly string[], location: string): Promise<string> {
  const stamps = await Promise.all(
    files.map(async (path) => {
      const found = await stat(path, { bigint: true }).catch(() => undefined);
      return found === undefined ? undefined : `${relative(location, path)}:${found.size}:${found.mtimeNs}`;
    }),
  );
  if (files.length > 0 && stamps.some((stamp) => stamp !== undefined)) return stamps.join('|');
  throw new ExpectedError('SOURCE_NOT_FOUND', `${location} is not there any more.`, {
    path: location,
    action: 'Put it back, or close the source.',
  });
}
