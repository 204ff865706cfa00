import { translateNativeError } from '../../duckdb';
import { ExpectedError } from '../../model';
import type { DuckDbHeader } from './header';

/** What DuckDB says of a file that it cannot open or read, told apart here for all formats of tables. */
export function fileFailure(failure: unknown, path: string, header?: DuckDbHeader): unknown {
  const error = nativeOf(failure);
  if (!(error instanceof Error) || error instanceof ExpectedError) return error;
  const text = error.message;
  const versions =
    /version number (\d+), but we can only read versions? (?:between )?(\d+)(?: and (\d+))?/.exec(text);
  const cause = { cause: error };
  const writer = header?.writer ?? /created with DuckDB version (v[\w.]+)/.exec(text)?.[1] ?? null;
  if (versions !== null) {
    const [, found, oldest, newest] = versions;
    const wanted = newest === undefined ? `${oldest}` : `${oldest} to ${newest}`;
    return otherVersion(path, { found: Number(found), wanted, writer }, error);
  }
  const vectors = /compiled vector size is (\d+) bytes, but the file has a vector size of (\d+)/.exec(text);
  if (vectors !== null) {
    const by = writer === null ? 'a DuckDB' : `a DuckDB ${writer}`;
    return new ExpectedError(
      'SCHEMA_UNSUPPORTED',
      `${path} was written by ${by} that was built for vectors of ${vectors[2]} values; this one has ${vectors[1]}.`,
      {
        path,
        action: 'With the DuckDB that wrote it, run EXPORT DATABASE in Parquet, and open that folder.',
        found: [`vector size ${vectors[2]}`],
        wanted: [`vector size ${vectors[1]}`],
      },
      cause,
    );
  }
  if (/encrypted|encryption key/i.test(text)) {
    return new ExpectedError(
      'SOURCE_UNREADABLE',
      `${path} is encrypted.`,
      { path, action: 'Copy its tables into a database without encryption, and open that.' },
      cause,
    );
  }
  if (isLock(text)) return withCopy(translateNativeError(error, { path }));
  if (/^IO Error.*(?:No such file|does not exist|No files found)/i.test(text)) {
    return new ExpectedError(
      'SOURCE_NOT_FOUND',
      `${path} is not there any more.`,
      { path, action: 'Put it back, or close the source.' },
      cause,
    );
  }
  if (isDamageText(text))
    return damagedTables(path, firstLine(text), { readable: 'nothing', lost: 'every row' }, error);
  return translateNativeError(error, { path });
}

/** A connection has told it apart without knowing the file: DuckDB's own words say more. */
function nativeOf(failure: unknown): unknown {
  const isVague =
    failure instanceof ExpectedError &&
    ['FORMAT_DAMAGED', 'SOURCE_UNREADABLE', 'LOCKED'].includes(failure.code) &&
    failure.cause instanceof Error &&
    failure.data.path === undefined;
  return isVague ? failure.cause : failure;
}

/** Storage version 64 came with DuckDB 0.9, and every later library reads it. */
const OLDEST_STORAGE = 64;

/** Refuses what no DuckDB of today reads, before one is asked. */
export function refuseOld(path: string, { storageVersion, writer }: DuckDbHeader): void {
  if (storageVersion < OLDEST_STORAGE)
    throw otherVersion(
      path,
      { found: storageVersion, wanted: `${OLDEST_STORAGE} or later`, writer },
      undefined,
    );
}

function otherVersion(
  path: string,
  version: { readonly found: number; readonly wanted: string; readonly writer: string | null },
  cause: unknown,
): ExpectedError<'SCHEMA_UNSUPPORTED'> {
  const { found, wanted, writer } = version;
  const by =
    writer === null ? `${found < OLDEST_STORAGE ? 'an older' : 'a newer'} DuckDB` : `DuckDB ${writer}`;
  return new ExpectedError(
    'SCHEMA_UNSUPPORTED',
    `${path} was written by ${by} (storage version ${found}), which this DuckDB cannot read.`,
    {
      path,
      action: 'With the DuckDB that wrote it, run EXPORT DATABASE in Parquet, and open that folder.',
      found: [`storage version ${found}`],
      wanted: [`storage version ${wanted}`],
    },
    { cause },
  );
}

function isLock(text: string): boolean {
  return /Could not set lock on file|Conflicting lock is held|being used by another process/.test(text);
}

function withCopy(error: unknown): unknown {
  if (!(error instanceof ExpectedError) || error.code !== 'LOCKED') return error;
  const action = 'Open a snapshot copy of it, or close the other program.';
  return new ExpectedError(
    'LOCKED',
    error.message,
    { ...error.data, action, canCopy: true },
    { cause: error },
  );
}

/** The memory's, the disk's, the user's or our own SQL's. */
const NO_DAMAGE =
  /^(?:Out of Memory|Binder|Parser|Catalog|Syntax|INTERRUPT|Not implemented|Dependency|TransactionContext|Invalid Configuration)\b|Interrupted!|No space left|ENOSPC|quota exceeded|Permission denied|Cannot open file/i;

/** Whatever else a statement that only reads the file fails with was brought about by the bytes of the file, in whatever words. */
function isDamageText(text: string): boolean {
  return !NO_DAMAGE.test(text);
}

export function isDamage(error: unknown): boolean {
  return error instanceof ExpectedError && error.code === 'FORMAT_DAMAGED';
}

/** The instance answers nothing any more after this. */
export function endsInstance(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && /INTERNAL Error|FATAL Error|has been invalidated/.test(cause.message);
}

export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && /^Out of Memory Error/.test(error.message);
}

export function damagedTables(
  path: string,
  detail: string,
  what: { readonly readable: string; readonly lost: string },
  cause?: unknown,
): ExpectedError<'FORMAT_DAMAGED'> {
  return new ExpectedError(
    'FORMAT_DAMAGED',
    `${path} is damaged: ${detail.replace(/\.$/, '')}.`,
    { path, action: 'Restore it from a copy.', ...what },
    { cause },
  );
}

export function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? text;
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}
