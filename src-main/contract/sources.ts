import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { mapping } from '../../db/model';
import { pageInput, procedure } from './common';
import { failure } from './errors';

/** What to open. `live` is the store of this application; `path` is a file or folder; `remote` a libsql/sqld URL. */
export const sourceSpec = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('path'),
    path: z.string().min(1),
    snapshot: z
      .boolean()
      .optional()
      .describe('a copy as it stands now, for a file that another program holds'),
    mapping: mapping.optional().describe('for a file of no known format: what its columns are'),
    without: z
      .array(z.string())
      .readonly()
      .optional()
      .describe('ids of the sources in it that the user closed'),
  }),
  z.object({ kind: z.literal('remote'), url: z.string().min(1), token: z.string().optional() }),
  z.object({ kind: z.literal('live') }),
]);
export type SourceSpec = z.infer<typeof sourceSpec>;

export const stageName = z.enum(['recognise', 'sessions', 'timesteps', 'events', 'messages', 'payloads']);
export type StageName = z.infer<typeof stageName>;

export const sourceState = z.enum(['ready', 'reading', 'damaged', 'away']);

/** One opened source as the sidebar shows it. A directory with several namespaces gives one source each. */
export const source = z.object({
  sourceId: z.string().describe('stable for the same path or URL'),
  name: z.string(),
  spec: z.object({
    kind: z.enum(['path', 'remote', 'live']),
    location: z.string().describe('path or URL, never a token'),
    namespace: z.string().nullable(),
  }),
  format: z.string().describe('e.g. tracing-v3, sqld, pidgin, stepscope-parquet'),
  dialect: z.string().nullable(),
  state: sourceState,
  /** What is being read now; `done`/`total` in rows, total null while unknown. */
  progress: z
    .object({
      stage: stageName,
      done: z.number(),
      total: z.number().nullable(),
      rowsPerSecond: z.number().nullable(),
      bytes: z
        .object({ done: z.number(), total: z.number() })
        .nullable()
        .describe('of its files; null where rows alone are counted'),
    })
    .nullable(),
  /** Canonical table → rows in the mirror so far. */
  rows: z.record(z.string(), z.number()),
  sessions: z.number().int(),
  warnings: z.number().int(),
  error: failure.nullable(),
  /** True when the mirror of an earlier opening was reused. */
  reused: z.boolean(),
  openedAt: z.string(),
  /** What has come since rows are held: null members where it is not known without reading; null: nothing, or they are not held. */
  waiting: z.object({ sessions: z.number().int().nullable(), rows: z.number().int().nullable() }).nullable(),
});
export type Source = z.infer<typeof source>;

export const workspaceState = z.object({
  sources: z.array(source),
  /** Asked for and not recognised yet. */
  opening: z.array(z.string().describe('path or URL, never a token')),
  /** Grows whenever rows that a query could return have changed. */
  revision: z.number().int(),
  /** Since when rows that come are held; null: they are not. */
  heldAt: z.string().nullable(),
});
export type WorkspaceState = z.infer<typeof workspaceState>;

export const warning = z.object({
  at: z.string().describe('file:line, table or row it is about'),
  message: z.string(),
  count: z.number().int(),
});

/** What became of one file of a source: records read, and those that were not, by reason. */
export const fileReport = z.object({
  file: z.string(),
  read: z.number().int(),
  skipped: z.number().int(),
  reasons: z.array(z.object({ reason: z.string(), count: z.number().int() })),
});

/** What became of a spec. */
export const openResult = z.object({
  location: z.string(),
  sourceIds: z.array(z.string()),
  failure: failure.nullable().describe('why it gave no source; of a folder the first of its failures'),
  failures: z
    .array(z.object({ path: z.string(), failure }))
    .describe('files of an opened folder that are traces and could not be opened'),
  unknownFiles: z
    .object({ count: z.number().int(), examples: z.array(z.string()) })
    .nullable()
    .describe('files of the folder that are of no known format'),
});
export type FileReport = z.infer<typeof fileReport>;
export type OpenResult = z.infer<typeof openResult>;

export const sources = {
  /** The whole state at once, then again after each change, at most ten times a second. */
  watch: procedure.output(eventIterator(workspaceState)),
  /** Opens each; a failure of one does not touch the others. Resolves when recognised, not when read. */
  open: procedure.input(z.object({ specs: z.array(sourceSpec).min(1).max(100) })).output(z.array(openResult)),
  close: procedure.input(z.object({ sourceId: z.string() })).output(z.void()),
  /** While they are held no row changes that a list, a chart or a figure is made of; what waits is counted. All windows share it. */
  hold: procedure.input(z.object({ isHeld: z.boolean() })).output(z.void()),
  /** Looks for added rows now (the live store does so by itself), also while they are held. */
  refresh: procedure.input(z.object({ sourceId: z.string() })).output(z.void()),
  warnings: procedure
    .input(z.object({ sourceId: z.string(), ...pageInput }))
    .output(z.object({ rows: z.array(warning), total: z.number().int() })),
  /** The lines of the file around a warning; null when it is about no line, or the line is gone. */
  excerpt: procedure.input(z.object({ sourceId: z.string(), at: z.string() })).output(
    z
      .object({
        path: z.string(),
        line: z.number().int(),
        lines: z.array(z.object({ number: z.number().int(), text: z.string() })),
      })
      .nullable(),
  ),
  files: procedure
    .input(z.object({ sourceId: z.string(), ...pageInput }))
    .output(z.object({ rows: z.array(fileReport), total: z.number().int() })),
};
