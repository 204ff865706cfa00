import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { procedure, scope } from './common';
import { failure } from './errors';

export const exportFormat = z.enum(['parquet', 'csv', 'jsonl']);
export type ExportFormat = z.infer<typeof exportFormat>;

export const jobInput = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('export'),
    format: exportFormat,
    /** The folder to make. Written beside and renamed at the end. */
    target: z.string().min(1),
    scope,
    tables: z.array(z.string()).optional().describe('absent: every canonical table with rows'),
    overwrite: z.boolean().default(false),
  }),
]);
export type JobInput = z.infer<typeof jobInput>;

/** A replaceable snapshot: at most ten a second, the last always sent, the fraction never runs backwards. */
export const jobState = z.object({
  jobId: z.string(),
  kind: z.enum(['export']),
  title: z.string(),
  status: z.enum(['running', 'done', 'failed', 'cancelled']),
  phase: z.string(),
  done: z.number(),
  total: z.number().nullable(),
  unit: z.string(),
  rate: z.number().nullable().describe('units a second'),
  result: z.record(z.string(), z.unknown()).nullable(),
  failure: failure.nullable(),
});
export type JobState = z.infer<typeof jobState>;

const jobId = z.object({ jobId: z.string() });

export const jobs = {
  start: procedure.input(jobInput).output(jobId),
  /** The last state at once, then each change; ends with the job. */
  watch: procedure.input(jobId).output(eventIterator(jobState)),
  /** Every job of this engine, newest first, again after each change. */
  watchAll: procedure.output(eventIterator(z.array(jobState))),
  cancel: procedure.input(jobId).output(z.void()),
};
