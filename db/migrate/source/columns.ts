/** What a column of tracing v2 is read as. `time` is naive in the writer's zone, `utc` naive in UTC (its writer said utcnow there). */
export type V2Kind = 'text' | 'integer' | 'double' | 'boolean' | 'time' | 'utc' | 'json';
export type V2Columns = Readonly<Record<string, V2Kind>>;

/** The four tables of traces, which each file and each Parquet export has. */
export const traceTables = {
  session_traces: {
    session_id: 'text',
    created_at: 'time',
    num_timesteps: 'integer',
    num_events: 'integer',
    num_messages: 'integer',
    metadata: 'json',
    experiment_id: 'text',
  },
  session_timesteps: {
    id: 'integer',
    session_id: 'text',
    step_id: 'text',
    step_index: 'integer',
    timestamp: 'time',
    num_events: 'integer',
    num_messages: 'integer',
    step_metadata: 'json',
  },
  events: {
    id: 'integer',
    session_id: 'text',
    timestep_id: 'integer',
    event_type: 'text',
    system_instance_id: 'text',
    event_time: 'time',
    message_time: 'integer',
    span_id: 'text',
    trace_id: 'text',
    model_name: 'text',
    provider: 'text',
    prompt_tokens: 'integer',
    completion_tokens: 'integer',
    total_tokens: 'integer',
    cost: 'double',
    latency_ms: 'double',
    reward: 'double',
    terminated: 'boolean',
    system_state_before: 'json',
    system_state_after: 'json',
    metadata: 'json',
    event_metadata: 'json',
  },
  messages: {
    id: 'integer',
    session_id: 'text',
    timestep_id: 'integer',
    message_type: 'text',
    content: 'json',
    timestamp: 'time',
    event_time: 'time',
    message_time: 'integer',
  },
} as const satisfies Readonly<Record<string, V2Columns>>;

/** Experiments and systems: files of the last writer have them, the Parquet export leaves them out. */
export const describingTables = {
  experiments: { id: 'text', name: 'text', description: 'text', created_at: 'utc', updated_at: 'utc' },
  systems: { id: 'text', name: 'text', description: 'text' },
  system_versions: {
    id: 'text',
    system_id: 'text',
    branch: 'text',
    commit: 'text',
    created_at: 'utc',
    description: 'text',
  },
  experimental_systems: { experiment_id: 'text', system_id: 'text', system_version_id: 'text' },
} as const satisfies Readonly<Record<string, V2Columns>>;

/** Came later than the rest. */
export const optionalColumns: ReadonlySet<string> = new Set(['session_traces.experiment_id']);
