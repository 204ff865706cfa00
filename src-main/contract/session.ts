import { z } from 'zod';
import { convergenceProfile, costBasis, eventType, messageRole } from '../../db/model';
import { cost, pageInput, procedure, provenance, rowKey, sessionRef, time } from './common';
import { sessionRow } from './sessions';

const ref = { ref: sessionRef };

/** Text that may be cut: `length` is the whole, in characters. */
export const clippedText = z.object({ text: z.string(), length: z.number().int() });
export type ClippedText = z.infer<typeof clippedText>;

export const toolCall = z.object({
  name: z.string(),
  arguments: clippedText,
  callId: z.string().nullable(),
  result: clippedText.nullable(),
});

/** A dollar figure of one call. `usd` null with basis `unpriced`: the model has no known price. */
export const callCost = z.object({ usd: z.number().nullable(), basis: costBasis });

const place = { stepKey: rowKey.nullable(), at: time, sequence: z.string().nullable() };

const stepItem = z.object({
  kind: z.literal('step'),
  ...place,
  index: z.number().int().nullable(),
  turn: z.number().int().nullable(),
  label: z.string(),
  items: z.number().int(),
  events: z.number().int(),
  messages: z.number().int(),
  durationMs: z.number().nullable(),
  totalTokens: z.number().nullable(),
  cost: cost.nullable(),
  reward: z.number().nullable(),
  errors: z.number().int(),
  completed: z.boolean(),
});

/** The transcript: a step heads its items; what names no step comes under a step item with `stepKey` null. */
export const transcriptItem = z.discriminatedUnion('kind', [
  stepItem,
  z.object({
    kind: z.literal('message'),
    ...place,
    messageKey: rowKey,
    role: messageRole,
    author: z.string().nullable(),
    content: clippedText,
  }),
  z.object({
    kind: z.literal('event'),
    ...place,
    eventKey: rowKey,
    type: eventType,
    name: z.string().nullable(),
    systemId: z.string().nullable(),
    model: z.string().nullable(),
    provider: z.string().nullable(),
    inputTokens: z.number().nullable(),
    outputTokens: z.number().nullable(),
    cost: callCost.nullable(),
    latencyMs: z.number().nullable(),
    reward: z.number().nullable(),
    terminated: z.boolean().nullable(),
    truncated: z.boolean().nullable(),
    error: z.string().nullable(),
    toolCalls: z.array(toolCall),
    /** One line that says what an environment or runtime event did (`achievements: collect_wood`, `actions: 3, 5`). */
    summary: z.string().nullable(),
    hasPayload: z.boolean(),
  }),
  z.object({
    kind: z.literal('reward'),
    ...place,
    rewardKey: rowKey,
    value: z.number().nullable(),
    type: z.string().nullable(),
    name: z.string().nullable(),
    annotation: z.string().nullable(),
  }),
]);
export type TranscriptItem = z.infer<typeof transcriptItem>;

/** A step of the outline: where its head stands in the transcript, and what is said first in it. */
export const outlineRow = z.object({
  position: z.number().int(),
  step: stepItem,
  opening: z.string().nullable().describe('one line, at most 240 characters; null: nothing is said'),
});
export type OutlineRow = z.infer<typeof outlineRow>;

export const rawTable = z.enum([
  'sessions',
  'timesteps',
  'events',
  'event_payloads',
  'messages',
  'rewards',
  'turn_metrics',
  'spans',
  'state_patches',
]);
export type RawTable = z.infer<typeof rawTable>;

/** A raw value; text over 2,000 characters is cut and ends with `…`, 64-bit integers are decimal text in `int64` columns. */
export const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);

export { convergenceProfile };
export const trend = z.enum(['increasing', 'decreasing', 'stable', 'fluctuating', 'unknown']);

const rollingSeries = z.object({
  /** Step index or turn number, the x axis. */
  x: z.array(z.number()),
  stepKey: z.array(rowKey.nullable()),
  value: z.array(z.number().nullable()),
  rolling5: z.array(z.number().nullable()),
  rolling10: z.array(z.number().nullable()),
  trend,
});

export const session = {
  get: procedure.input(z.object(ref)).output(
    z.object({
      row: sessionRow,
      sourceName: z.string(),
      format: z.string(),
      /** Which tabs have something to show. */
      has: z.object({
        messages: z.boolean(),
        spans: z.boolean(),
        rewards: z.boolean(),
        convergence: z.boolean(),
        cost: z.boolean(),
      }),
      /** Stages not read yet: what is shown is partial. */
      pending: z.array(z.string()),
      metadata: z.string().nullable().describe('JSON text'),
      experiment: z.object({ experimentId: z.string(), name: z.string().nullable() }).nullable(),
    }),
  ),
  /** A page of the transcript in order. Texts are cut at 4,000 characters. */
  transcript: procedure
    .input(z.object({ ...ref, ...pageInput }))
    .output(z.object({ items: z.array(transcriptItem), total: z.number().int() })),
  /** A page of the transcript's heads: its steps, and last the head of what names none. */
  outline: procedure
    .input(z.object({ ...ref, ...pageInput }))
    .output(z.object({ rows: z.array(outlineRow), total: z.number().int() })),
  /** Positions in the transcript that hold the text (case-insensitive), an error, a step, or the head of any step. At most 2,000; heads 50,000. */
  find: procedure
    .input(
      z.object({
        ...ref,
        what: z.discriminatedUnion('kind', [
          z.object({ kind: z.literal('text'), text: z.string().min(1).max(500) }),
          z.object({ kind: z.literal('error') }),
          z.object({ kind: z.literal('step'), stepKey: rowKey }),
          z.object({ kind: z.literal('steps') }),
        ]),
      }),
    )
    .output(z.object({ positions: z.array(z.number().int()), more: z.boolean() })),
  /** A slice of one message's text, for those that were cut. */
  messageText: procedure
    .input(
      z.object({
        ...ref,
        messageKey: rowKey,
        offset: z.number().int().min(0).default(0),
        length: z.number().int().min(1).max(1_000_000).default(200_000),
      }),
    )
    .output(clippedText),
  /** The large JSON of an event, each at most 1,000,000 characters. */
  eventPayload: procedure.input(z.object({ ...ref, eventKey: rowKey })).output(
    z.object({
      callRecords: clippedText.nullable(),
      stateBefore: clippedText.nullable(),
      stateAfter: clippedText.nullable(),
      metadata: clippedText.nullable(),
    }),
  ),
  /**
   * A lane per system, a bar per step and event. Where a span of time holds more than 2,000, those of a lane that begin close together are
   * one bar of `bars`. Milliseconds from the session's start.
   */
  timeline: procedure
    .input(z.object({ ...ref, fromMs: z.number().optional(), toMs: z.number().optional() }))
    .output(
      z.object({
        startAt: time,
        endMs: z.number(),
        lanes: z.array(z.object({ id: z.string(), label: z.string() })),
        bars: z.array(
          z.object({
            lane: z.string(),
            kind: z.enum(['step', 'cais', 'environment', 'runtime', 'other', 'message']),
            key: rowKey,
            stepKey: rowKey.nullable(),
            label: z.string(),
            startMs: z.number(),
            /** Null: an instant, or an end that was not recorded. */
            durationMs: z.number().nullable(),
            error: z.boolean(),
            bars: z.number().int(),
          }),
        ),
        untimed: z.number().int(),
      }),
    ),
  /** Columns by step, in step order, at most 2,000 (consecutive steps are joined beyond that, `stepsPerBucket`). */
  costs: procedure.input(z.object({ ...ref })).output(
    z.object({
      x: z.array(z.number()),
      stepKey: z.array(rowKey.nullable()),
      inputTokens: z.array(z.number().nullable()),
      outputTokens: z.array(z.number().nullable()),
      costUsd: z.array(z.number().nullable()),
      cumulativeUsd: z.array(z.number().nullable()),
      latencyMs: z.array(z.number().nullable()),
      stepsPerBucket: z.number().int(),
      models: z.array(
        z.object({
          model: z.string().nullable(),
          provider: z.string().nullable(),
          calls: z.number().int(),
          inputTokens: z.number().nullable(),
          outputTokens: z.number().nullable(),
          cacheReadTokens: z.number().nullable(),
          reasoningTokens: z.number().nullable(),
          cost,
          latencyP50Ms: z.number().nullable(),
          latencyP95Ms: z.number().nullable(),
        }),
      ),
      provenance,
    }),
  ),
  /** Rolling means are `AVG(…) OVER (ROWS BETWEEN n-1 PRECEDING AND CURRENT ROW)`. */
  convergence: procedure
    .input(
      z.object({
        ...ref,
        profile: convergenceProfile.optional().describe('absent: the one the recorder used, else structural'),
      }),
    )
    .output(
      z.object({
        profile: convergenceProfile,
        /** Reward by step; null when the session has none. */
        reward: rollingSeries.nullable(),
        /** Score of a conversation between two sides; null when messages do not alternate. */
        score: rollingSeries
          .extend({
            recorded: z.array(z.number().nullable()),
            /** Turns at which recorded and computed differ by more than 0.005. */
            differs: z.number().int(),
          })
          .nullable(),
        provenance,
      }),
    ),
  rows: procedure.input(z.object({ ...ref, table: rawTable, ...pageInput })).output(
    z.object({
      columns: z.array(z.object({ name: z.string(), type: z.string() })),
      rows: z.array(z.array(cell)),
      total: z.number().int(),
    }),
  ),
};
