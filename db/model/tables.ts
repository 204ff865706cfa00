import { z } from 'zod';

/**
 * The canonical trace model: what every source is read into. One object a table, columns in the order of the mirror's DDL
 * (`db/analytics/schema/*.sql`). Units are in the names; times are UTC; `null` means unknown, never zero.
 */

/** Where a dollar figure comes from. A sum says which of these it mixes. */
export const costBasis = z.enum(['reported', 'reported_rounded', 'priced', 'unpriced']);
export type CostBasis = z.infer<typeof costBasis>;

/** What a session is: a tracing-v3 session, a two-agent conversation, an OTLP trace. */
export const sessionKind = z.enum(['session', 'conversation', 'trace']);
export type SessionKind = z.infer<typeof sessionKind>;

/** `cais` is tracing v3's word for an LM call. */
export const eventType = z.enum(['cais', 'environment', 'runtime', 'other']);
export type EventType = z.infer<typeof eventType>;

export const messageRole = z.enum(['system', 'user', 'assistant', 'tool_use', 'tool_result', 'other']);
export type MessageRole = z.infer<typeof messageRole>;

export const sessionStatus = z.enum(['completed', 'running', 'error', 'unknown']);
export type SessionStatus = z.infer<typeof sessionStatus>;

const timeUtc = z.string().describe('ISO 8601, UTC, microseconds');
const json = z.string().describe('JSON text as recorded');
const key = z.bigint().describe('unique in its source');

const source = { source_id: z.string() };

export const tables = {
  experiments: z.object({
    ...source,
    experiment_id: z.string(),
    name: z.string().nullable(),
    description: z.string().nullable(),
    status: z.string().nullable(),
    created_at: timeUtc.nullable(),
    configuration: json.nullable(),
    error: z.string().nullable(),
    metadata: json.nullable(),
  }),
  systems: z.object({
    ...source,
    system_id: z.string(),
    name: z.string().nullable(),
    system_type: z.string().nullable(),
    description: z.string().nullable(),
    created_at: timeUtc.nullable(),
    metadata: json.nullable(),
  }),
  system_versions: z.object({
    ...source,
    version_id: z.string(),
    system_id: z.string(),
    version_number: z.string().nullable(),
    commit_hash: z.string().nullable(),
    created_at: timeUtc.nullable(),
    configuration: json.nullable(),
    metadata: json.nullable(),
  }),
  experiment_systems: z.object({
    ...source,
    experiment_id: z.string(),
    system_id: z.string(),
    version_id: z.string().nullable(),
  }),
  sessions: z.object({
    ...source,
    session_id: z.string(),
    experiment_id: z.string().nullable(),
    kind: sessionKind,
    title: z.string().nullable(),
    status: sessionStatus,
    created_at: timeUtc.nullable(),
    started_at: timeUtc.nullable(),
    ended_at: timeUtc.nullable(),
    error: z.string().nullable(),
    metadata: json.nullable(),
  }),
  timesteps: z.object({
    ...source,
    step_key: key,
    session_id: z.string(),
    step_id: z.string().nullable(),
    step_index: z.number().int().nullable(),
    turn_number: z.number().int().nullable(),
    started_at: timeUtc.nullable(),
    completed_at: timeUtc.nullable(),
    metadata: json.nullable(),
  }),
  events: z.object({
    ...source,
    event_key: key,
    session_id: z.string(),
    step_key: key.nullable(),
    event_type: eventType,
    /** The format's own name when it says more than `event_type` (e.g. `RateLimitPaceEvent`). */
    name: z.string().nullable(),
    system_id: z.string().nullable(),
    occurred_at: timeUtc.nullable(),
    /** The recorder's own order inside a session; not a time. */
    sequence: z.bigint().nullable(),
    model: z.string().nullable(),
    provider: z.string().nullable(),
    input_tokens: z.bigint().nullable(),
    output_tokens: z.bigint().nullable(),
    total_tokens: z.bigint().nullable(),
    cache_read_tokens: z.bigint().nullable(),
    cache_write_tokens: z.bigint().nullable(),
    reasoning_tokens: z.bigint().nullable(),
    cost_usd: z.number().nullable(),
    cost_basis: costBasis.nullable().describe('null where no cost can be expected (not an LM call)'),
    latency_ms: z.number().nullable(),
    span_id: z.string().nullable(),
    trace_id: z.string().nullable(),
    reward: z.number().nullable(),
    terminated: z.boolean().nullable(),
    truncated: z.boolean().nullable(),
    error: z.string().nullable(),
  }),
  /** The large JSON of an event, loaded last. */
  event_payloads: z.object({
    ...source,
    event_key: key,
    session_id: z.string(),
    call_records: json.nullable(),
    state_before: json.nullable(),
    state_after: json.nullable(),
    metadata: json.nullable(),
  }),
  messages: z.object({
    ...source,
    message_key: key,
    session_id: z.string(),
    step_key: key.nullable(),
    role: messageRole,
    /** Who speaks, where it is known by name (`agent_a`). */
    author: z.string().nullable(),
    content: z.string(),
    occurred_at: timeUtc.nullable(),
    sequence: z.bigint().nullable(),
    metadata: json.nullable(),
  }),
  rewards: z.object({
    ...source,
    reward_key: key,
    session_id: z.string(),
    scope: z.enum(['outcome', 'event']),
    event_key: key.nullable(),
    message_key: key.nullable(),
    turn_number: z.number().int().nullable(),
    value: z.number().nullable(),
    reward_type: z.string().nullable(),
    reward_name: z.string().nullable().describe("tracing v3's `key` / `objective_key`"),
    achievements_count: z.number().int().nullable(),
    total_steps: z.number().int().nullable(),
    annotation: z.string().nullable(),
    author: z.string().nullable().describe("tracing v3's `source`"),
    created_at: timeUtc.nullable(),
    metadata: json.nullable(),
  }),
  /** One row a turn of a conversation between two sides. */
  turn_metrics: z.object({
    ...source,
    session_id: z.string(),
    turn_number: z.number().int(),
    occurred_at: timeUtc.nullable(),
    /** As the file says it. */
    convergence_recorded: z.number().nullable(),
    /** As `convergence.ts` computes it, profile *structural* (*balanced* for files older than profiles, as their scores are). */
    convergence_score: z.number().nullable(),
  }),
  spans: z.object({
    ...source,
    trace_id: z.string(),
    span_id: z.string(),
    parent_span_id: z.string().nullable(),
    session_id: z.string(),
    service_name: z.string().nullable(),
    name: z.string().nullable(),
    kind: z.string().nullable(),
    start_ns: z.bigint().nullable(),
    end_ns: z.bigint().nullable(),
    start_time: timeUtc.nullable(),
    end_time: timeUtc.nullable(),
    status_code: z.string().nullable(),
    status_message: z.string().nullable(),
    attributes_json: json.nullable(),
    events_json: json.nullable(),
    links_json: json.nullable(),
    trace_flags: z.number().int().nullable(),
    trace_state: z.string().nullable(),
    junjo_id: z.string().nullable(),
    junjo_parent_id: z.string().nullable(),
    junjo_span_type: z.string().nullable(),
    junjo_wf_state_start: json.nullable(),
    junjo_wf_state_end: json.nullable(),
    junjo_wf_graph_structure: json.nullable(),
    junjo_wf_store_id: z.string().nullable(),
  }),
  state_patches: z.object({
    ...source,
    patch_id: z.string(),
    service_name: z.string().nullable(),
    trace_id: z.string(),
    span_id: z.string(),
    workflow_id: z.string().nullable(),
    node_id: z.string().nullable(),
    event_time: timeUtc.nullable(),
    event_ns: z.bigint().nullable(),
    patch_json: json,
    patch_store_id: z.string().nullable(),
  }),
} as const;

export type TableName = keyof typeof tables;
export type Row<T extends TableName> = z.infer<(typeof tables)[T]>;
export const tableNames = Object.keys(tables) as TableName[];
