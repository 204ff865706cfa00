/** The dialog that brings tracing v2 into tracing v3: a form, then the job, then its report. */
export { MigrateDialog } from './migrate-dialog';
