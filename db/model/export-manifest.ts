import { z } from 'zod';

/**
 * `manifest.json` of an exported folder (format `stepscope-parquet`). Each table is one file beside it, named after the table
 * (`sessions.parquet`), with the columns of the canonical table in order.
 */
export const exportManifestName = 'manifest.json';
/** Grows when a canonical table changes in a way that an older reader cannot read. */
export const exportSchemaVersion = 1;

const writtenFile = z.object({
  file: z.string().describe('relative to the manifest'),
  rows: z.number().int(),
  bytes: z.number().int(),
  sha256: z.string(),
});
export type ExportedFile = z.infer<typeof writtenFile>;

const attachment = writtenFile.extend({ about: z.string() });
export type ExportAttachment = z.infer<typeof attachment>;

/** What the exported events add up to, by session and by call. Only who adds up in the same way (`version`) reads it instead of the events. */
const exportSums = z.object({ version: z.string(), bySession: writtenFile, byCall: writtenFile });
export type ExportSums = z.infer<typeof exportSums>;

export const exportManifest = z.object({
  format: z.literal('stepscope-export'),
  schemaVersion: z.number().int(),
  application: z.object({ name: z.literal('stepscope'), version: z.string() }),
  createdAt: z.string().describe('ISO 8601 UTC'),
  fileFormat: z.enum(['parquet', 'csv', 'jsonl']),
  /** What was exported, as the user asked for it. */
  scope: z.object({
    q: z.string(),
    sourceIds: z.array(z.string()).nullable(),
    from: z.string().nullable(),
    to: z.string().nullable(),
    selectedSessions: z.number().int().nullable(),
  }),
  sources: z.array(
    z.object({ sourceId: z.string(), name: z.string(), format: z.string(), location: z.string() }),
  ),
  tables: z.array(
    writtenFile.extend({
      table: z.string().describe('canonical name'),
      columns: z.array(z.object({ name: z.string(), type: z.string().describe('as DuckDB writes it') })),
    }),
  ),
  /** Files beside the canonical tables. */
  attachments: z.array(attachment).optional(),
  sums: exportSums.optional(),
});
export type ExportManifest = z.infer<typeof exportManifest>;
