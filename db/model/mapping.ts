import { z } from 'zod';

/**
 * How tables that nobody knows become canonical rows: a small file that a person can read, pass on and edit. Each *entry* reads the rows
 * of one table as one kind of thing; a *field* of it is a column (or a path in a column's JSON), or a text that is the same for every row.
 */
export const mappingFormat = 'stepscope-mapping';
export const mappingVersion = 1;

export const mappingKind = z.enum(['session', 'step', 'event', 'message', 'span']);
export type MappingKind = z.infer<typeof mappingKind>;

/** What a field's values are. `role` and `event` are words of a fixed list, `money` has a unit that is asked for. */
export type FieldType =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'time'
  | 'json'
  | 'money'
  | 'duration'
  | 'role'
  | 'event'
  | 'status';

export interface FieldDefinition {
  readonly type: FieldType;
  readonly title: string;
}

const step = { type: 'text', title: 'Step' } as const;
const session = { type: 'text', title: 'Session' } as const;

/** The fields of each kind, in the order in which they are shown. `session` absent: the whole file is one session. */
export const mappingFields = {
  session: {
    session,
    title: { type: 'text', title: 'Title' },
    status: { type: 'status', title: 'Status' },
    created_at: { type: 'time', title: 'Created' },
    started_at: { type: 'time', title: 'Started' },
    ended_at: { type: 'time', title: 'Ended' },
    reward: { type: 'number', title: 'Reward' },
    experiment: { type: 'text', title: 'Experiment' },
    error: { type: 'text', title: 'Error' },
  },
  step: {
    session,
    step,
    step_index: { type: 'integer', title: 'Step number' },
    turn_number: { type: 'integer', title: 'Turn' },
    started_at: { type: 'time', title: 'Started' },
    completed_at: { type: 'time', title: 'Completed' },
    reward: { type: 'number', title: 'Reward' },
  },
  event: {
    session,
    step,
    event_type: { type: 'event', title: 'Event type' },
    name: { type: 'text', title: 'Name' },
    system: { type: 'text', title: 'System' },
    occurred_at: { type: 'time', title: 'Time' },
    sequence: { type: 'integer', title: 'Order' },
    model: { type: 'text', title: 'Model' },
    provider: { type: 'text', title: 'Provider' },
    input_tokens: { type: 'integer', title: 'Input tokens' },
    output_tokens: { type: 'integer', title: 'Output tokens' },
    total_tokens: { type: 'integer', title: 'Total tokens' },
    cache_read_tokens: { type: 'integer', title: 'Cache read tokens' },
    cache_write_tokens: { type: 'integer', title: 'Cache write tokens' },
    reasoning_tokens: { type: 'integer', title: 'Reasoning tokens' },
    cost: { type: 'money', title: 'Cost' },
    latency: { type: 'duration', title: 'Latency' },
    reward: { type: 'number', title: 'Reward' },
    terminated: { type: 'boolean', title: 'Terminated' },
    truncated: { type: 'boolean', title: 'Truncated' },
    error: { type: 'text', title: 'Error' },
    trace_id: { type: 'text', title: 'Trace' },
    span_id: { type: 'text', title: 'Span' },
  },
  message: {
    session,
    step,
    role: { type: 'role', title: 'Role' },
    content: { type: 'text', title: 'Content' },
    author: { type: 'text', title: 'Author' },
    occurred_at: { type: 'time', title: 'Time' },
    sequence: { type: 'integer', title: 'Order' },
  },
  span: {
    session,
    trace_id: { type: 'text', title: 'Trace' },
    span_id: { type: 'text', title: 'Span' },
    parent_span_id: { type: 'text', title: 'Parent span' },
    name: { type: 'text', title: 'Name' },
    kind: { type: 'text', title: 'Kind' },
    service_name: { type: 'text', title: 'Service' },
    start_time: { type: 'time', title: 'Start' },
    end_time: { type: 'time', title: 'End' },
    status_code: { type: 'text', title: 'Status' },
    status_message: { type: 'text', title: 'Status message' },
    attributes: { type: 'json', title: 'Attributes' },
  },
} as const satisfies Record<MappingKind, Record<string, FieldDefinition>>;

/** Without these an entry says nothing: each is a problem that is shown beside the field. */
export const requiredFields: Readonly<Record<MappingKind, readonly string[]>> = {
  session: ['session'],
  step: [],
  event: [],
  message: ['content'],
  span: ['trace_id', 'span_id'],
};

export function fieldsOf(kind: MappingKind): ReadonlyMap<string, FieldDefinition> {
  return new Map(Object.entries(mappingFields[kind]));
}

export const moneyUnits = ['dollars', 'cents'] as const;
export const durationUnits = ['s', 'ms', 'us', 'ns'] as const;
const unit = z.enum([...moneyUnits, ...durationUnits]);
export type MappingUnit = z.infer<typeof unit>;

export const mappedColumn = z.object({
  column: z.string().max(500),
  path: z.array(z.string().max(500)).max(20).optional().describe('into the JSON of the column'),
  unit: unit.optional().describe('of a cost, a latency, or a time that is a number'),
  values: z
    .record(z.string().max(200), z.string().max(50))
    .optional()
    .describe('what the words of the file mean: role, event type, status'),
});
export type MappedColumn = z.infer<typeof mappedColumn>;

export const mappedField = z.union([mappedColumn, z.object({ value: z.string().max(500) })]);
export type MappedField = z.infer<typeof mappedField>;

export const mappingEntry = z
  .object({
    table: z.string().max(500),
    kind: mappingKind,
    fields: z.record(z.string(), mappedField),
  })
  .superRefine(({ kind, fields }, context) => {
    const known = fieldsOf(kind);
    for (const name of Object.keys(fields))
      if (!known.has(name))
        context.addIssue({ code: 'custom', path: ['fields', name], message: `No field of a ${kind}.` });
  });
export type MappingEntry = z.infer<typeof mappingEntry>;

export const mappedKind = z.enum(['sqlite', 'duckdb', 'parquet', 'csv', 'json']);
export type MappedKind = z.infer<typeof mappedKind>;

/** The tables, columns and types of the files that a mapping is for. */
export const mappedSchema = z.object({
  kind: mappedKind,
  tables: z
    .array(
      z.object({
        name: z.string(),
        columns: z.array(z.object({ name: z.string(), type: z.string() })).max(5_000),
      }),
    )
    .max(500),
});
export type MappedSchema = z.infer<typeof mappedSchema>;

export const mapping = z.object({
  format: z.literal(mappingFormat),
  version: z.literal(mappingVersion),
  name: z.string().max(200).describe('shown as the dialect of a source'),
  schema: mappedSchema,
  entries: z.array(mappingEntry).max(100),
});
export type Mapping = z.infer<typeof mapping>;

/** `message.content`, for people. */
export function columnLabel({ column, path = [] }: Pick<MappedColumn, 'column' | 'path'>): string {
  return [column, ...path].join('.');
}
