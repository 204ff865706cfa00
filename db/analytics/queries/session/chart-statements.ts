import { z } from 'zod';
import { figureOrNull, integer, keyText, statement } from '../../../duckdb';
import { convergenceProfile } from '../../../model';
import { costColumns } from '../cost';
import costModelsSql from './cost-models.sql?raw';
import costsSql from './costs.sql?raw';
import eventPayloadSql from './event-payload.sql?raw';
import findErrorSql from './find-error.sql?raw';
import findTextSql from './find-text.sql?raw';
import messageTextSql from './message-text.sql?raw';
import rewardSeriesSql from './reward-series.sql?raw';
import scoreSeriesSql from './score-series.sql?raw';
import spokenMessagesSql from './spoken-messages.sql?raw';
import timelineSql from './timeline.sql?raw';

const text = z.string().nullable();
const placed = { source_id: z.string(), session_no: z.bigint() };

const found = z.object({ item: z.enum(['message', 'event', 'reward']), key: z.bigint() });

export const findText = statement({
  name: 'session.find-text',
  sql: findTextSql,
  params: z.object({ ...placed, text: z.string() }),
  row: found,
});
export const findError = statement({
  name: 'session.find-error',
  sql: findErrorSql,
  params: z.object(placed),
  row: found,
});

export const messageText = statement({
  name: 'session.message-text',
  sql: messageTextSql,
  params: z.object({ ...placed, message_key: z.bigint(), offset: z.number(), length: z.number() }),
  row: z.object({ text: z.string(), length: integer }),
});

export const eventPayload = statement({
  name: 'session.event-payload',
  sql: eventPayloadSql,
  params: z.object({ ...placed, event_key: z.bigint(), cut: z.number() }),
  row: z.object({
    call_records: text,
    call_records_length: integer.nullable(),
    state_before: text,
    state_before_length: integer.nullable(),
    state_after: text,
    state_after_length: integer.nullable(),
    metadata: text,
    metadata_length: integer.nullable(),
  }),
});

export const timelineBars = statement({
  name: 'session.timeline',
  sql: timelineSql,
  params: z.object({
    ...placed,
    from_ms: z.number().nullable(),
    to_ms: z.number().nullable(),
    limit: z.number(),
  }),
  row: z.object({
    lane: text,
    kind: z.enum(['step', 'cais', 'environment', 'runtime', 'other', 'message']).nullable(),
    key: keyText.nullable(),
    step_key: keyText.nullable(),
    label: text,
    start_ms: figureOrNull,
    duration_ms: figureOrNull,
    error: z.boolean().nullable(),
    bars: integer.nullable(),
    first_ms: figureOrNull,
    last_ms: figureOrNull,
    timed: integer,
    untimed: integer,
  }),
});

export const costsByStep = statement({
  name: 'session.costs',
  sql: costsSql,
  params: z.object(placed),
  row: z.object({
    x: integer,
    step_key: keyText.nullable(),
    input_tokens: figureOrNull,
    output_tokens: figureOrNull,
    cost_usd: figureOrNull,
    cumulative_usd: figureOrNull,
    latency_ms: figureOrNull,
    steps_per_bucket: integer,
  }),
});

export const costsByModel = statement({
  name: 'session.cost-models',
  sql: costModelsSql,
  params: z.object(placed),
  row: z.object({
    model: text,
    provider: text,
    calls: integer,
    input_tokens: figureOrNull,
    output_tokens: figureOrNull,
    cache_read_tokens: figureOrNull,
    reasoning_tokens: figureOrNull,
    p50_ms: figureOrNull,
    p95_ms: figureOrNull,
    ...costColumns,
  }),
});

const seriesRow = {
  x: integer,
  step_key: keyText.nullable(),
  value: figureOrNull,
  rolling5: figureOrNull,
  rolling10: figureOrNull,
  n: integer,
};

export const rewardSeries = statement({
  name: 'session.reward-series',
  sql: rewardSeriesSql,
  params: z.object(placed),
  row: z.object(seriesRow),
});

export const scoreSeries = statement({
  name: 'session.score-series',
  sql: scoreSeriesSql,
  params: z.object(placed),
  row: z.object({
    turn: integer,
    step_key: keyText.nullable(),
    recorded: figureOrNull,
    score: figureOrNull,
    profile: convergenceProfile.nullable().catch(null),
  }),
});

export const spokenMessages = statement({
  name: 'session.spoken-messages',
  sql: spokenMessagesSql,
  params: z.object(placed),
  row: z.object({
    role: z.string(),
    author: text,
    text: z.string(),
    turn: integer.nullable(),
    step_key: keyText.nullable(),
  }),
});
