import { ExpectedError } from '../../model';

interface NativeFailure {
  readonly code: string;
  readonly message: string;
}

/** The rows that were asked for at once do not fit into one text: fewer of them may. */
export class TextTooLong extends Error {}

/** Every SQLite failure that a file can cause, told apart here and nowhere else. What is left is a bug. */
export function sqliteFailure(failure: NativeFailure, path: string): Error {
  const text = `${failure.code} ${failure.message}`;
  if (/NOTADB|file is not a database/.test(text)) {
    return new ExpectedError('FORMAT_UNKNOWN', `${path} is encrypted, or not a SQLite database.`, {
      path,
      action: 'Open a trace database, a run folder or an sqld directory.',
    });
  }
  // Its own schema named what it then does not have: names that are no text, or tables that another program has just dropped.
  if (/CORRUPT|malformed|IOERR|disk I\/O|no such (?:table|column)/.test(text))
    return damaged(path, failure.message);
  if (/BUSY|LOCKED|is locked/.test(text)) {
    return new ExpectedError('LOCKED', `${path} is locked by another program.`, {
      path,
      action: 'Close the program that writes to it, then open it again.',
    });
  }
  if (/CANTOPEN|PERM|READONLY|unable to open|attempt to write/.test(text)) {
    return new ExpectedError('SOURCE_UNREADABLE', `${path} could not be read: ${failure.message}.`, {
      path,
      action: 'Check that reading it is allowed and that no unfinished journal lies beside it.',
    });
  }
  if (/TOOBIG|too big|NOMEM|out of memory/.test(text)) return new TextTooLong(`${text} (${path})`);
  if (/FULL|No space|ENOSPC/.test(text)) {
    return new ExpectedError('DISK_FULL', `The disk is full: ${path} could not be mirrored.`, {
      path,
      action: 'Free some space, or choose another cache folder.',
    });
  }
  return new Error(`SQLite: ${text} (${path})`);
}

export function damaged(path: string, detail: string, readable = 'nothing', lost = 'unknown') {
  return new ExpectedError('FORMAT_DAMAGED', `${path} is damaged: ${detail}.`, {
    path,
    action: 'Restore it from a copy; what could be read stays open.',
    readable,
    lost,
  });
}
