/** A *job* is long work that is watched as replaceable snapshots and can be cancelled; it leaves nothing half-written. */
export { type JobProgress, Jobs, type JobWork } from './jobs';
