import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ExpectedError } from '../../model';
import { damaged, sqliteFile } from '../sqlite';
import { openTracingV3 } from '../tracing-v3';
import type { Place, SourceFormat, TraceSource } from '../types';

/** An sqld directory: one SQLite file a *namespace*, read in place with its WAL, whether sqld runs or not. */
interface Namespace {
  readonly name: string;
  readonly file: string;
}

export const sqld: SourceFormat = {
  name: 'sqld',
  async open(place, signal) {
    if (!isSqldDirectory(place)) return undefined;
    return openSqld({ directory: place.path, name: basename(place.path) }, signal);
  },
};

/** Every namespace that holds traces, one source each. */
export async function openSqld(
  place: { readonly directory: string; readonly name: string },
  signal: AbortSignal,
): Promise<TraceSource[]> {
  const namespaces = await findNamespaces(place.directory);
  if (namespaces.length === 0) {
    throw damaged(place.directory, 'the sqld directory has no data file', 'nothing', 'every namespace');
  }
  const sources: TraceSource[] = [];
  for (const { name, file } of namespaces) {
    const source = await openTracingV3(
      {
        format: 'sqld',
        name: namespaces.length === 1 ? place.name : `${place.name} · ${name}`,
        location: place.directory,
        namespace: name,
        ...sqliteFile(file),
      },
      signal,
    );
    if (source !== undefined) sources.push(source);
  }
  if (sources.length > 0) return sources;
  throw new ExpectedError('FORMAT_UNKNOWN', `${place.directory} is an sqld directory, but holds no traces.`, {
    path: place.directory,
    detected: 'sqld directory',
    action: 'Open the directory of a store that an agent traced into.',
  });
}

function isSqldDirectory({ entries }: Place): boolean {
  const names = new Set(entries.map(({ name }) => name));
  return names.has('dbs') || names.has('metastore') || (names.has('data') && names.has('wallog'));
}

async function findNamespaces(directory: string): Promise<Namespace[]> {
  const names = await readdir(join(directory, 'dbs')).catch(() => []);
  const found: Namespace[] = [];
  for (const name of names.sort()) {
    const file = join(directory, 'dbs', name, 'data');
    if (await isFile(file)) found.push({ name, file });
  }
  // Before it had namespaces, sqld kept the data file at the top.
  const file = join(directory, 'data');
  if (found.length === 0 && (await isFile(file))) found.push({ name: 'default', file });
  return found;
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
