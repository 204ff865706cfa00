import { z } from 'zod';
import readEventsSql from './sql/read-events.sql?raw';
import readExperimentsSql from './sql/read-experiments.sql?raw';
import readLinksSql from './sql/read-links.sql?raw';
import readMessagesSql from './sql/read-messages.sql?raw';
import readSessionsSql from './sql/read-sessions.sql?raw';
import readSystemsSql from './sql/read-systems.sql?raw';
import readTimestepsSql from './sql/read-timesteps.sql?raw';
import readVersionsSql from './sql/read-versions.sql?raw';

const text = z.string().nullable();
const whole = z.bigint().nullable();
/** NaN and infinities are among them. */
const double = z.union([z.number(), z.nan(), z.literal([Infinity, -Infinity])]).nullable();
const no = z.bigint();

/** The rows of tracing v2 as they are read, one schema a table. Times are microseconds since 1970, in UTC. */
export const v2Rows = {
  experiments: z.object({
    no,
    id: z.string(),
    name: text,
    description: text,
    created_at: whole,
    updated_at: whole,
    is_placeholder: z.boolean(),
  }),
  systems: z.object({ no, id: z.string(), name: text, description: text }),
  versions: z.object({
    no,
    id: z.string(),
    system_id: text,
    branch: text,
    commit: text,
    created_at: whole,
    description: text,
  }),
  links: z.object({ no, experiment_id: text, system_id: text, system_version_id: text }),
  sessions: z.object({
    no,
    session_id: z.string(),
    created_at: whole,
    num_timesteps: whole,
    num_events: whole,
    num_messages: whole,
    metadata: text,
    experiment_id: text,
    is_placeholder: z.boolean(),
    steps: z.bigint(),
    events: z.bigint(),
    messages: z.bigint(),
    first_at: whole,
    members: text,
    title: text,
  }),
  timesteps: z.object({
    no,
    session_id: z.string(),
    step_id: z.string(),
    step_index: whole,
    timestamp: whole,
    num_events: whole,
    num_messages: whole,
    step_metadata: text,
    turn: whole,
    members: text,
  }),
  events: z.object({
    no,
    session_id: z.string(),
    step: whole,
    timestep_id: whole,
    event_type: z.string(),
    system_instance_id: text,
    event_time: whole,
    message_time: whole,
    span_id: text,
    trace_id: text,
    model_name: text,
    provider: text,
    prompt_tokens: whole,
    completion_tokens: whole,
    total_tokens: whole,
    cost: double,
    latency_ms: double,
    reward: double,
    terminated: z.boolean().nullable(),
    system_state_before: text,
    system_state_after: text,
    metadata: text,
    event_metadata: text,
    members: text,
  }),
  messages: z.object({
    no,
    session_id: z.string(),
    step: whole,
    timestep_id: whole,
    message_type: text,
    content: z.string(),
    timestamp: whole,
    event_time: whole,
    message_time: whole,
  }),
} as const;

export type V2Table = keyof typeof v2Rows;
export type V2Row<T extends V2Table> = z.infer<(typeof v2Rows)[T]>;

/** In the order in which they are written: what is referred to comes first. */
export const v2TableNames = [
  'experiments',
  'systems',
  'versions',
  'links',
  'sessions',
  'timesteps',
  'events',
  'messages',
] as const satisfies readonly V2Table[];

export const readSql: Readonly<Record<V2Table, string>> = {
  experiments: readExperimentsSql,
  systems: readSystemsSql,
  versions: readVersionsSql,
  links: readLinksSql,
  sessions: readSessionsSql,
  timesteps: readTimestepsSql,
  events: readEventsSql,
  messages: readMessagesSql,
};
