import { z } from 'zod';
import { type Grouping, sqlFacts } from './sql-facts';
import type { SqlKind } from './sql-kind';

/** Hrana over HTTP, as far as the gate must understand it. Everything else in a message is passed on untouched. */
const statement = z.looseObject({
  sql: z.string().nullish(),
  sql_id: z.number().int().nullish(),
});
export type Statement = z.infer<typeof statement>;

type Step = { readonly stmt: Statement };

/** Batches have hundreds of steps: they are looked at without being copied. */
const steps = z.custom<readonly Step[]>(
  (value) => Array.isArray(value) && value.every((step) => isObject(step) && isStatement(step.stmt)),
  'not the steps of a batch',
);

function isStatement(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { sql, sql_id: id } = value;
  return (sql == null || typeof sql === 'string') && (id == null || Number.isSafeInteger(id));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const streamRequest = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('execute'), stmt: statement }),
  z.looseObject({
    type: z.literal('batch'),
    batch: z.looseObject({ steps }),
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
export type StreamRequest = z.infer<typeof streamRequest>;

export const pipelineRequest = z.looseObject({
  baton: z.string().nullish(),
  requests: z.array(streamRequest),
});
export type PipelineRequest = z.infer<typeof pipelineRequest>;

export const hranaError = z.looseObject({ message: z.string(), code: z.string().nullish() });
export type HranaError = z.infer<typeof hranaError>;

type StepResult = { readonly affected_row_count?: number | null } | null | undefined;
const stepResults = z.custom<readonly StepResult[]>(
  (value) =>
    Array.isArray(value) &&
    value.every((step) => step == null || (isObject(step) && isCount(step.affected_row_count))),
  'not the results of a batch',
);

function isCount(value: unknown): boolean {
  return value == null || typeof value === 'number';
}

export const streamResult = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('ok'),
    response: z.looseObject({
      type: z.string(),
      is_autocommit: z.boolean().optional(),
      result: z
        .looseObject({
          affected_row_count: z.number().nullish(),
          step_results: stepResults.optional(),
          step_errors: z.array(hranaError.nullish()).optional(),
        })
        .optional(),
    }),
  }),
  z.looseObject({ type: z.literal('error'), error: hranaError }),
]);
export const pipelineResponse = z.looseObject({
  baton: z.string().nullish(),
  base_url: z.string().nullish(),
  results: z.array(streamResult),
});
export type PipelineResponse = z.infer<typeof pipelineResponse>;
export type StreamResult = z.infer<typeof streamResult>;

/** A pipeline as a transport hands it to the gate; undefined: it is none. */
export function parsePipeline(body: string): PipelineRequest | undefined {
  return pipelineRequest.safeParse(parseJson(body)).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

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
  const kinds = new Set(sql.map((text) => sqlFacts(text).kind));
  if (unknown || kinds.has('write')) return { kind: 'write', sql };
  return { kind: kinds.has('end') ? 'end' : 'read', sql };
}

/** A pipeline that is one statement on a stream of its own which ends with it, and how that may be grouped. */
export function findLoneStatement(
  request: PipelineRequest,
): { statement: Statement; grouping: Grouping } | undefined {
  const [first, ...rest] = request.requests;
  if (request.baton || first?.type !== 'execute' || rest.at(-1)?.type !== 'close') return undefined;
  if (rest.slice(0, -1).some((each) => each.type !== 'get_autocommit')) return undefined;
  const { stmt } = first;
  if (typeof stmt.sql !== 'string' || stmt.sql_id != null) return undefined;
  const { grouping } = sqlFacts(stmt.sql);
  return grouping === null ? undefined : { statement: stmt, grouping };
}

export function endsStream(request: PipelineRequest): boolean {
  return request.requests.some((each) => each.type === 'close');
}
