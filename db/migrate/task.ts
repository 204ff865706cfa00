import { z } from 'zod';
import { failure, migrationReport, rollbackReport } from '../model';

const target = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), path: z.string() }),
  z.object({ kind: z.literal('store'), name: z.string(), url: z.string(), token: z.string().nullable() }),
]);
const request = z.object({
  source: z.string(),
  target,
  zone: z.string().optional(),
  reportFolder: z.string(),
  verify: z.boolean().optional(),
});

/** What the thread is asked. */
export const task = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('migrate'), request }),
  z.object({ kind: z.literal('plan'), request }),
  z.object({
    kind: z.literal('rollback'),
    request: z.object({ target, run: z.string(), reportFolder: z.string() }),
  }),
]);
export type Task = z.infer<typeof task>;

/** What it says. */
export const workerSaid = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('progress'),
    progress: z.object({
      phase: z.string(),
      done: z.number(),
      total: z.number().nullable(),
      unit: z.literal('rows'),
    }),
  }),
  z.object({ kind: z.literal('result'), result: z.union([migrationReport, rollbackReport]) }),
  z.object({ kind: z.literal('failure'), failure }),
  z.object({ kind: z.literal('bug'), message: z.string() }),
]);
export type WorkerSaid = z.infer<typeof workerSaid>;
