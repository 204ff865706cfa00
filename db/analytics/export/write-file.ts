import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Connection, literal } from '../../duckdb';
import { ExpectedError, type ExportedFile } from '../../model';
import { COPY_OPTIONS } from './columns';
import { translateFileError } from './target';

/** An export being written. */
export interface Exporting {
  readonly connection: Connection;
  readonly format: keyof typeof COPY_OPTIONS;
  /** Where its files are written. */
  readonly folder: string;
  /** Where they will be. */
  readonly target: string;
  readonly signal: AbortSignal;
}

export interface WrittenRows {
  readonly file: string;
  readonly rows: number;
}

/** How often DuckDB is asked how far it is: it has no event for it. */
const SAMPLE_MS = 100;

/** Writes the rows of a query. */
export async function writeRows(
  { connection, format, folder, target, signal }: Exporting,
  { name, sql }: { readonly name: string; readonly sql: string },
  onFraction: (fraction: number) => void = () => {},
): Promise<WrittenRows> {
  const file = `${name}.${format}`;
  const sampling = setInterval(() => {
    const { percentage } = connection.native.progress;
    if (percentage > 0) onFraction(Math.min(1, percentage / 100));
  }, SAMPLE_MS);
  try {
    const copy = `COPY (${sql}\n) TO ${literal(join(folder, file))} (${COPY_OPTIONS[format]})`;
    return { file, rows: await connection.execute(copy, {}, { signal, context: { path: target } }) };
  } finally {
    clearInterval(sampling);
  }
}

/** What the manifest says of a file. */
export async function describeFile(
  { folder, target, signal }: Exporting,
  { file, rows }: WrittenRows,
): Promise<ExportedFile> {
  const path = join(folder, file);
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash, { signal });
    const { size } = await stat(path);
    return { file, rows, bytes: size, sha256: hash.digest('hex') };
  } catch (error) {
    if (signal.aborted)
      throw new ExpectedError(
        'CANCELLED',
        'The export was cancelled.',
        { action: 'Start it again when it is wanted.' },
        { cause: error },
      );
    throw translateFileError(error, target);
  }
}
