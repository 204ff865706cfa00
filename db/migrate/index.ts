/**
 * Migration from tracing v2 (DuckDB, or its Parquet export) to tracing v3. A *run* is one source going into one target, named after what
 * the source holds; a *batch* is a transaction of it, together with the *keys* of its rows; the *plan* is what was decided before the
 * first write. Runs, plans and keys lie in the target.
 */
export { migrateV2, planMigration } from './migrate';
export { migrationPage, rollbackPage } from './report/pages';
export { type RollbackRequest, rollBack } from './rollback';
export { runInThread } from './run-in-thread';
export type { TargetSpec } from './target/open-target';
export type { MigrationOptions, MigrationProgress, MigrationRequest } from './types';
