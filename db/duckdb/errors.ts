import { ExpectedError } from '../model';

/** Every native DuckDB failure that a user can cause is told apart here and nowhere else. What is left is a bug and passes unchanged. */
export interface NativeContext {
  /** The file at hand, for the message. */
  readonly path?: string | undefined;
  /** The user's own SQL: parser, binder, conversion and limit errors are theirs (QUERY_INVALID); in our statements they are bugs. */
  readonly userSql?: string | undefined;
}

const INTERRUPTED = /^INTERRUPT Error|Interrupted!/;
const LOCK = /Could not set lock on file|Conflicting lock is held/;
/** The last is said of the folder for temporary files, which may take what the disk has left. */
const FULL =
  /No space left on device|ENOSPC|Disk quota exceeded|out of disk space|failed to offload data block/i;
const DAMAGED =
  /Serialization Error|not a valid DuckDB database file|checksum|Corrupt|Invalid Error: .*block/i;
const UNREADABLE = /^(IO|Permission) Error|Cannot open file|Permission denied/;
const USER =
  /^(Parser|Binder|Catalog|Conversion|Invalid Input|Out of Range|Mismatch Type|Permission|Not implemented|Constraint|Syntax|TransactionContext|Invalid|Out of Memory|Dependency|Invalid Configuration|Invalid type) (Error|Limit)?/;

export function translateNativeError(error: unknown, context: NativeContext = {}): unknown {
  if (!(error instanceof Error) || error instanceof ExpectedError) return error;
  const text = error.message;
  const path = context.path === undefined ? {} : { path: context.path };
  const named = context.path ?? 'the database';
  const options = { cause: error };
  if (INTERRUPTED.test(text)) return cancelled(error);
  if (FULL.test(text)) {
    return new ExpectedError(
      'DISK_FULL',
      `The disk is full: ${named} could not be written.`,
      { ...path, action: 'Free some space, or choose a folder on another disk.' },
      options,
    );
  }
  if (LOCK.test(text)) return lockedError(text, context, options);
  if (context.userSql !== undefined && USER.test(text)) return invalidQuery(text, context.userSql, options);
  if (DAMAGED.test(text)) {
    return new ExpectedError(
      'FORMAT_DAMAGED',
      `${named} is damaged: ${firstLine(text)}`,
      { ...path, action: 'Restore it from a copy.', readable: 'nothing', lost: 'unknown' },
      options,
    );
  }
  if (UNREADABLE.test(text)) {
    return new ExpectedError(
      'SOURCE_UNREADABLE',
      `${named} could not be read: ${firstLine(text)}`,
      { ...path, action: 'Check that it exists and that reading it is allowed.' },
      options,
    );
  }
  return error;
}

export function cancelled(cause?: unknown): ExpectedError<'CANCELLED'> {
  return new ExpectedError(
    'CANCELLED',
    'Cancelled.',
    { action: 'Start it again when it is wanted.' },
    { cause },
  );
}

function lockedError(text: string, context: NativeContext, options: { cause: unknown }): ExpectedError {
  const file = context.path ?? /lock on file "([^"]+)"/.exec(text)?.[1];
  const program = /lock is held in (.+?) \(PID/.exec(text)?.[1];
  const pid = /PID (\d+)/.exec(text)?.[1];
  const holder = program === undefined ? 'another process' : `${program} (process ${pid})`;
  return new ExpectedError(
    'LOCKED',
    `${file ?? 'The database'} is held by ${holder}.`,
    {
      ...(file === undefined ? {} : { path: file }),
      ...(pid === undefined ? {} : { pid: Number(pid) }),
      ...(program === undefined ? {} : { program }),
      action: 'Close the other program, or open a copy of the file.',
    },
    options,
  );
}

/** DuckDB prints `LINE 2: …text…` and a caret under it; long lines are cut to a window that starts with `...`. */
function invalidQuery(text: string, sql: string, options: { cause: unknown }): ExpectedError {
  const position = positionOf(text, sql);
  const place = position === undefined ? '' : ` (line ${position.line}, column ${position.column})`;
  return new ExpectedError(
    'QUERY_INVALID',
    `${firstLine(text)}${place}`,
    { action: 'Correct the query and run it again.', ...position },
    options,
  );
}

function positionOf(text: string, sql: string): { line: number; column: number } | undefined {
  const lines = text.split('\n');
  const at = lines.findIndex((one) => /^LINE \d+: /.test(one));
  const shown = lines[at];
  const caret = lines[at + 1]?.indexOf('^') ?? -1;
  const prefix = shown === undefined ? null : /^LINE (\d+): (\.\.\.)?/.exec(shown);
  if (shown === undefined || prefix === null || caret < 0) return undefined;
  const line = Number(prefix[1]);
  const inWindow = caret - prefix[0].length;
  const window = shown.slice(prefix[0].length).replace(/\.\.\.$/, '');
  const start = prefix[2] === undefined ? 0 : Math.max(0, (sql.split('\n')[line - 1] ?? '').indexOf(window));
  return { line, column: Math.max(1, start + inWindow + 1) };
}

function firstLine(text: string): string {
  const line = text.split('\n', 1)[0] ?? text;
  return line.length > 500 ? `${line.slice(0, 499)}…` : line;
}
