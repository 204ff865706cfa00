/** A *mirror* is the DuckDB file of one source, made chunk by chunk, reused, extended or made again: a cache, never the truth. */
export { type MirrorTable, mirrorTables, rollUpTables, sumTables } from './layout';
export { moreMemory } from './memory-room';
export { Mirror } from './mirror';
export { bytesOfMirror, catalogOf, removeMirror } from './mirror-file';
export { rollUpSql, sumsVersion } from './roll-ups';
export { type MirroredRows, ownRows, Shelf } from './shelf';
export type { SyncProgress } from './sync';
export { WarningBook } from './warning-book';
