/** Reading SQLite and libsql files without leaving a trace: *access* says how a file is opened, a *reader* is the thread that reads it. */
export { type Access, sharedAccess, untouchedAccess } from './access';
export { damaged } from './errors';
export type { SqliteValue } from './protocol';
export { SqliteReader } from './reader';
