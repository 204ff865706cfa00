import { z } from 'zod';
import { storeStatus } from '../contract/shell';

/** What main tells the store process, and what it says back. Validated on both sides. */

export const storeCommand = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    directory: z.string().min(1),
    /** A port that was asked for; absent: SQLD_HTTP_PORT, else 8080, which gives way when it is taken. */
    port: z.number().int().min(0).max(65_535).optional(),
    /** Where a packaged application keeps its sqld binary. */
    sqldPath: z.string().optional(),
  }),
  /** Stops the store; the process stays and can be started again. */
  z.object({ type: z.literal('stop') }),
  /** Stops the store and ends the process. So does losing the parent. */
  z.object({ type: z.literal('shutdown') }),
]);
export type StoreCommand = z.infer<typeof storeCommand>;

export const storeReport = z.discriminatedUnion('type', [
  /** The process listens for commands. */
  z.object({ type: z.literal('ready') }),
  /** At most four a second, only when something changed; silent when idle. */
  z.object({ type: z.literal('status'), status: storeStatus }),
  /** Rows were committed: at most twenty a second, the last one always. */
  z.object({
    type: z.literal('committed'),
    directory: z.string().nullable().describe('null: the store is a remote one'),
    at: z.string(),
    commits: z.number().int().describe('since the start of the store'),
    rows: z.number().int().describe('rows written since the last report'),
  }),
]);
export type StoreReport = z.infer<typeof storeReport>;
