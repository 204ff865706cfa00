/** Reading SQLite and libsql files without leaving a trace: *access* says how a file is opened, a *reader* is the thread that reads it. */
export { damaged, TextTooLong } from './errors';
export { type SqliteFile, sqliteFile } from './file';
export type { SqliteValue } from './protocol';
export { rest, wake } from './resting';
export { endSpareThread, prepareReaderThread } from './threads';
