/** A *mirror* is the DuckDB file of one source, made chunk by chunk, reused, extended or made again: a cache, never the truth. */
export { type MirrorTable, mirrorTables, rollUpTables } from './layout';
export { Mirror } from './mirror';
export { bytesOfMirror, catalogOf, removeMirror } from './mirror-file';
export { rollUpSql } from './roll-ups';
export { type SyncProgress, sync } from './sync';
export { WarningBook } from './warning-book';
