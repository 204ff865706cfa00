import { z } from 'zod';

const counted = z.object({
  table: z.string(),
  source: z.number().int().describe('rows of the source'),
  present: z.number().int().describe('left out: the target has them, or their session'),
  written: z.number().int().describe('rows that this run wrote'),
  found: z
    .number()
    .int()
    .nullable()
    .describe('of those, found again and equal in every column; null: not compared'),
  checksum: z.string().nullable().describe('SHA-256 over the checksums of the rows as they should be'),
  foundChecksum: z.string().nullable().describe('the same over the rows as they are'),
});
const sum = z.object({ name: z.string(), source: z.string(), target: z.string(), isEqual: z.boolean() });

/** What a migration did, or would do. Written beside a file, or into the data folder. */
export const migrationReport = z.object({
  kind: z.literal('tracing-v2-migration'),
  runId: z.string(),
  state: z.enum(['planned', 'done', 'already-done', 'failed']),
  source: z.object({
    path: z.string(),
    form: z.enum(['duckdb', 'parquet']),
    zone: z.string(),
    fingerprint: z.string(),
  }),
  target: z.object({
    kind: z.enum(['file', 'store']),
    name: z.string(),
    isNew: z.boolean(),
    backup: z.string().nullable(),
    sha256: z.string().nullable().describe('of the file right after the run'),
  }),
  startedAt: z.string(),
  finishedAt: z.string(),
  tables: z.array(counted),
  sums: z.array(sum),
  foreignKeys: z.array(z.object({ name: z.string(), broken: z.number().int() })),
  isVerified: z.boolean().nullable().describe('null: nothing was compared'),
  differences: z.array(z.string()).describe('the first of them'),
  notes: z.array(z.string()),
  files: z.array(z.string()),
});
export type MigrationReport = z.infer<typeof migrationReport>;

/** What a rollback took away. */
export const rollbackReport = z.object({
  kind: z.literal('tracing-v2-rollback'),
  runId: z.string(),
  target: z.string(),
  way: z.enum(['backup', 'file-removed', 'rows']),
  finishedAt: z.string(),
  tables: z.array(z.object({ table: z.string(), removed: z.number().int(), kept: z.number().int() })),
  notes: z.array(z.string()),
  files: z.array(z.string()),
});
export type RollbackReport = z.infer<typeof rollbackReport>;
