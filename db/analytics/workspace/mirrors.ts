import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../duckdb';
import { ExpectedError } from '../../model';
import type { SourceSpec, TraceSource } from '../../sources';
import { Mirror } from '../mirror';
import { isInArchive } from './archives';
import type { CacheFolder } from './cache-folder';

const SMALL_BYTES = 8_000_000;

interface Mirrored {
  readonly sourceId: string;
  readonly source: TraceSource;
  readonly isSmall: boolean;
}

/** DuckDB files have one writing process: a second Stepscope makes its own mirror. */
export async function openMirror(
  database: Database,
  cache: CacheFolder,
  { sourceId, source, isSmall }: Mirrored,
): Promise<Mirror> {
  const options = { sourceId, hasWideRows: source.hasWideRows, isSmall };
  try {
    return await Mirror.open(database, {
      ...options,
      file: mirrorFileOf(cache, sourceId),
      isPrivate: false,
    });
  } catch (error) {
    if (!(error instanceof ExpectedError && error.code === 'LOCKED')) throw error;
    const file = join(cache.work, `private-${process.pid}-${sourceId}.duckdb`);
    return Mirror.open(database, { ...options, file, isPrivate: true });
  }
}

export function mirrorFileOf(cache: CacheFolder, sourceId: string): string {
  return join(cache.mirrors, `${sourceId}.duckdb`);
}

/** The live store begins small, and is not meant to stay so; an archive's rows may have to be left out of the views. */
export async function isSmall(source: TraceSource, spec: SourceSpec): Promise<boolean> {
  return spec.kind !== 'live' && !isInArchive(source.location) && (await bytesOf(source)) <= SMALL_BYTES;
}

/** Of the files it watches; what is not known is much, and so is an export, of which only the manifest is watched. */
async function bytesOf({ watched, isReadByEngine }: TraceSource): Promise<number> {
  if (watched.length === 0 || isReadByEngine === true) return Number.POSITIVE_INFINITY;
  const found = await Promise.all(watched.map((path) => stat(path).catch(() => undefined)));
  return found.reduce((sum, file) => sum + (file?.size ?? 0), 0);
}
