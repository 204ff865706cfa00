import { expect, test } from 'vitest';
import { ExpectedError } from '../../../db/model';
import type { JobState } from '../../contract';
import { Jobs } from './jobs';

async function endOf(jobs: Jobs, error: Error): Promise<JobState | undefined> {
  const jobId = jobs.start({ kind: 'export', title: 'Export to x', run: () => Promise.reject(error) });
  let last: JobState | undefined;
  for await (const state of jobs.watch(jobId, undefined)) last = state;
  return last;
}

test('a job that dies of a bug ends with a failure whose id is in the log, an expected one with its code', async () => {
  const logged: Readonly<Record<string, unknown>>[] = [];
  await using jobs = new Jobs((event) => logged.push(event));
  const bug = await endOf(jobs, new TypeError('x is not a function'));
  expect(bug).toMatchObject({
    status: 'failed',
    failure: { code: 'UNEXPECTED', message: expect.stringContaining('x is not a function') },
  });
  expect(logged).toMatchObject([{ event: 'bug', id: bug?.failure?.data.id }]);
  const full = new ExpectedError('DISK_FULL', 'The disk is full.', { action: 'Free some space.' });
  expect(await endOf(jobs, full)).toMatchObject({ status: 'failed', failure: { code: 'DISK_FULL' } });
  expect(logged).toHaveLength(1);
});
