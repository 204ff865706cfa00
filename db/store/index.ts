/**
 * The live store. A *store* is a directory with a tracing v3 database; its *engine* is sqld (a supervised child), an embedded libsql file, or
 * a remote database. The *gate* stands in front of the engine on the store's public port: reads go past, writes take turns. A *hold* is the
 * right to run the store of a directory; one process has it.
 */

export { attachOrRunStore } from './attach/attach-or-run';
export { openStoreClient, type Statement, type StoreClient } from './client';
export { errorCode } from './file-errors';
export { findRunningStore } from './find-running-store';
export { listenOnLoopback } from './listen';
export { tracingV3Schema } from './migrate';
export { persist, type StoreTarget } from './persist';
export { isAlive, startMark } from './processes';
export { runStore } from './run-store';
export { idleState, type RunningStore, type StoreOptions, type StoreState } from './running-store';
export { sqlTime, statement, unixSeconds } from './storage/statements';
export { openTraceStorage, type TraceStorage } from './storage/storage';
export type { SessionTrace, SessionTraceInput } from './storage/trace';
