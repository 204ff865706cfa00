import type { JobRequest } from '../../../src-main/contract';
import { isFailureCode } from '../../ui';
import { dataClient } from '../connect';
import { notify, openOverlay } from '../overlays';

/** What each job of this window was asked to do, to ask again with `overwrite`. */
const asked = new Map<string, JobRequest & { kind: 'export' }>();

/** Starts an export and shows the jobs. */
export async function startExport(input: JobRequest & { kind: 'export' }): Promise<void> {
  try {
    const { jobId } = await dataClient.jobs.start(input);
    asked.set(jobId, input);
    openOverlay({ kind: 'jobs' });
  } catch (error) {
    if (isFailureCode(error, 'EXPORT_TARGET_EXISTS')) throw error;
    notify({ title: 'The export was not started', error });
  }
}

export function overwriteJob(jobId: string): void {
  const input = asked.get(jobId);
  if (input !== undefined) void startExport({ ...input, overwrite: true });
}
