import { z } from 'zod';
import { type SqlKind, sqlKind } from './sql-kind';

/** Hrana over HTTP, as far as the gate must understand it. Everything else in a message is passed on untouched. */
const statement = z.looseObject({
  sql: z.string().nullish(),
  sql_id: z.number().int().nullish(),
});
const streamRequest = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('execute'), stmt: statement }),
  z.looseObject({
    type: z.literal('batch'),
    batch: z.looseObject({ steps: z.array(z.looseObject({ stmt: statement })) }),
  }),
  z.looseObject({
    type: z.literal('sequence'),
    sql: z.string().nullish(),
    sql_id: z.number().int().nullish(),
  }),
  z.looseObject({ type: z.literal('store_sql'), sql_id: z.number().int(), sql: z.string() }),
  z.looseObject({ type: z.literal('describe') }),
  z.looseObject({ type: z.literal('close_sql') }),
  z.looseObject({ type: z.literal('get_autocommit') }),
  z.looseObject({ type: z.literal('close') }),
]);
export const pipelineRequest = z.looseObject({
  baton: z.string().nullish(),
  requests: z.array(streamRequest),
});
export type PipelineRequest = z.infer<typeof pipelineRequest>;

const stepResult = z.looseObject({ affected_row_count: z.number().nullish() });
const streamResult = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('ok'),
    response: z.looseObject({
      type: z.string(),
      is_autocommit: z.boolean().optional(),
      result: z
        .looseObject({
          affected_row_count: z.number().nullish(),
          step_results: z.array(stepResult.nullish()).optional(),
        })
        .optional(),
    }),
  }),
  z.looseObject({
    type: z.literal('error'),
    error: z.looseObject({ message: z.string(), code: z.string().nullish() }),
  }),
]);
export const pipelineResponse = z.looseObject({
  baton: z.string().nullish(),
  base_url: z.string().nullish(),
  results: z.array(streamResult),
});
export type PipelineResponse = z.infer<typeof pipelineResponse>;
export type StreamResult = z.infer<typeof streamResult>;

/** What a whole pipeline needs, and the texts of its statements. */
export function readPipeline(request: PipelineRequest): { kind: SqlKind; sql: string[] } {
  const stored = new Map<number, string>();
  const sql: string[] = [];
  let unknown = false;
  const note = (part: { sql?: string | null | undefined; sql_id?: number | null | undefined }) => {
    const text = part.sql ?? (part.sql_id == null ? undefined : stored.get(part.sql_id));
    // Stored by an earlier pipeline of the stream: it could be a write.
    if (text === undefined) unknown = true;
    else sql.push(text);
  };
  for (const each of request.requests) {
    if (each.type === 'store_sql') stored.set(each.sql_id, each.sql);
    else if (each.type === 'execute') note(each.stmt);
    else if (each.type === 'sequence') note(each);
    else if (each.type === 'batch') for (const step of each.batch.steps) note(step.stmt);
  }
  return { kind: unknown ? 'write' : sqlKind(sql.join('\n;')), sql };
}
