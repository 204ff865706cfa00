import { z } from 'zod';
import { figureOrNull, integer, keyText, statement } from '../../../duckdb';
import { costBasis, eventType, messageRole } from '../../../model';
import { costColumns } from '../cost';
import callDetailsSql from './call-details.sql?raw';
import eventsSql from './events-by-key.sql?raw';
import getSql from './get.sql?raw';
import messagesSql from './messages-by-key.sql?raw';
import placeSql from './place.sql?raw';
import restHeadSql from './rest-head.sql?raw';
import rewardsSql from './rewards-by-key.sql?raw';
import stepHeadsSql from './step-heads.sql?raw';
import itemsSql from './transcript-items.sql?raw';

const time = z.string().nullable();
const text = z.string().nullable();
const ref = { source_id: z.string(), session_id: z.string() };
const placed = { source_id: z.string(), session_no: z.bigint() };
const keys = z.array(z.bigint());
const sequence = z.bigint().transform(String).nullable();

export const placeOfSession = statement({
  name: 'session.place',
  sql: placeSql,
  params: z.object(ref),
  row: z.object({ session_no: z.union([z.bigint(), z.number().transform(BigInt)]) }),
});

export const sessionHeader = statement({
  name: 'session.get',
  sql: getSql,
  params: z.object({ ...ref, session_no: z.bigint() }),
  row: z.object({
    metadata: text,
    experiment_id: text,
    experiment_name: text,
    has_messages: z.boolean(),
    has_spans: z.boolean(),
    has_rewards: z.boolean(),
    has_turns: z.boolean(),
    has_cost: z.boolean(),
  }),
});

export const transcriptItems = statement({
  name: 'session.transcript-items',
  sql: itemsSql,
  params: z.object(placed),
  row: z.object({
    item: z.enum(['step', 'message', 'event', 'reward']),
    key: z.bigint(),
    step_key: z.bigint().nullable(),
    at_us: figureOrNull,
    sequence: z.bigint().nullable(),
    turn_number: integer.nullable(),
    event_key: z.bigint().nullable(),
    message_key: z.bigint().nullable(),
    is_environment: z.boolean(),
  }),
});

const stepHead = z.object({
  step_key: keyText.nullable(),
  step_id: text,
  step_index: integer.nullable(),
  turn_number: integer.nullable(),
  started_at: time,
  completed: z.boolean(),
  duration_ms: figureOrNull,
  total_tokens: figureOrNull,
  reward: figureOrNull,
  errors: integer,
  lm_calls: integer,
  ...costColumns,
});

export const stepHeads = statement({
  name: 'session.step-heads',
  sql: stepHeadsSql,
  params: z.object({ ...placed, keys }),
  row: stepHead,
});

export const restHead = statement({
  name: 'session.rest-head',
  sql: restHeadSql,
  params: z.object(placed),
  row: stepHead,
});

export const messagesByKey = statement({
  name: 'session.messages-by-key',
  sql: messagesSql,
  params: z.object({ ...placed, keys, cut: z.number() }),
  row: z.object({
    message_key: keyText,
    step_key: keyText.nullable(),
    role: messageRole,
    author: text,
    text: z.string(),
    length: integer,
    occurred_at: time,
    sequence,
  }),
});

export const eventsByKey = statement({
  name: 'session.events-by-key',
  sql: eventsSql,
  params: z.object({ ...placed, keys }),
  row: z.object({
    event_key: keyText,
    step_key: keyText.nullable(),
    event_type: eventType,
    name: text,
    system_id: text,
    occurred_at: time,
    sequence,
    model: text,
    provider: text,
    input_tokens: figureOrNull,
    output_tokens: figureOrNull,
    cost_usd: figureOrNull,
    cost_basis: costBasis.nullable(),
    latency_ms: figureOrNull,
    reward: figureOrNull,
    terminated: z.boolean().nullable(),
    truncated: z.boolean().nullable(),
    error: text,
  }),
});

export const rewardsByKey = statement({
  name: 'session.rewards-by-key',
  sql: rewardsSql,
  params: z.object({ ...placed, keys }),
  row: z.object({
    reward_key: keyText,
    value: figureOrNull,
    reward_type: text,
    reward_name: text,
    annotation: text,
    created_at: time,
  }),
});

const cut = { text: z.string().nullable(), length: integer.nullable() };

export const callDetails = statement({
  name: 'session.call-details',
  sql: callDetailsSql,
  params: z.object({ ...placed, keys, cut: z.number(), largest: z.number() }),
  row: z.object({
    event_key: keyText,
    has_payload: z.boolean(),
    tool_calls: z.array(z.object({ name: z.string(), call_id: text, ...cut })).nullable(),
    tool_results: z.array(z.object({ call_id: text, ...cut })).nullable(),
    call_errors: z.array(text).nullable(),
    actions: text,
    achievements: text,
  }),
});
