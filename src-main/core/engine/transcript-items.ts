import type { z } from 'zod';
import type {
  callDetails,
  eventsByKey,
  messagesByKey,
  rewardsByKey,
  stepHeads,
} from '../../../db/analytics/queries';
import type { TranscriptItem } from '../../contract';
import { toCostOrNull } from './rows';

/** Rows of the transcript's queries → its items. Pure. */

type RowOf<S extends { readonly row: z.ZodType }> = z.output<S['row']>;
type Item<K extends TranscriptItem['kind']> = Extract<TranscriptItem, { kind: K }>;
type ToolCall = Item<'event'>['toolCalls'][number];

/** A head, and how much stands under it. */
type StepHead = RowOf<typeof stepHeads> & { readonly events: number; readonly messages: number };

export function toStepItem(row: StepHead): Item<'step'> {
  return {
    kind: 'step',
    stepKey: row.step_key,
    at: row.started_at,
    sequence: null,
    index: row.step_index,
    turn: row.turn_number,
    label: stepLabel(row),
    items: row.events + row.messages,
    events: row.events,
    messages: row.messages,
    durationMs: row.duration_ms,
    totalTokens: row.total_tokens,
    cost: toCostOrNull(row),
    reward: row.reward,
    errors: row.errors,
    completed: row.completed,
  };
}

function stepLabel(row: StepHead): string {
  if (row.step_key === null) return 'No step';
  if (row.step_id !== null) return row.step_id;
  if (row.step_index !== null) return `Step ${row.step_index}`;
  return row.turn_number === null ? `Step ${row.step_key}` : `Turn ${row.turn_number}`;
}

export function toMessageItem(row: RowOf<typeof messagesByKey>): Item<'message'> {
  return {
    kind: 'message',
    stepKey: row.step_key,
    at: row.occurred_at,
    sequence: row.sequence,
    messageKey: row.message_key,
    role: row.role,
    author: row.author,
    content: { text: row.text, length: row.length },
  };
}

export function toRewardItem(row: RowOf<typeof rewardsByKey>): Item<'reward'> {
  return {
    kind: 'reward',
    stepKey: null,
    at: row.created_at,
    sequence: null,
    rewardKey: row.reward_key,
    value: row.value,
    type: row.reward_type,
    name: row.reward_name,
    annotation: row.annotation,
  };
}

export function toEventItem(
  row: RowOf<typeof eventsByKey>,
  details: RowOf<typeof callDetails> | undefined,
  unlocked: readonly string[],
): Item<'event'> {
  const callErrors = (details?.call_errors ?? []).filter((one) => one !== null && one !== '');
  return {
    kind: 'event',
    stepKey: row.step_key,
    at: row.occurred_at,
    sequence: row.sequence,
    eventKey: row.event_key,
    type: row.event_type,
    name: row.name,
    systemId: row.system_id,
    model: row.model,
    provider: row.provider,
    inputTokens: row.input_tokens,
    outputTokens: row.output_tokens,
    cost: row.cost_basis === null ? null : { usd: row.cost_usd, basis: row.cost_basis },
    latencyMs: row.latency_ms,
    reward: row.reward,
    terminated: row.terminated,
    truncated: row.truncated,
    error: row.error ?? callErrors[0]?.slice(0, 4_000) ?? null,
    toolCalls: toToolCalls(details),
    summary: summaryOf(row, details, unlocked),
    hasPayload: details?.has_payload ?? false,
  };
}

/** A result belongs to the call of its id; results without an id follow the order of the calls that have none yet. */
function toToolCalls(details: RowOf<typeof callDetails> | undefined): ToolCall[] {
  const results = [...(details?.tool_results ?? [])];
  const take = (at: number) => (at < 0 ? undefined : results.splice(at, 1)[0]);
  return (details?.tool_calls ?? []).map((call) => {
    const byId = call.call_id === null ? -1 : results.findIndex((one) => one.call_id === call.call_id);
    const result = take(byId >= 0 ? byId : results.findIndex((one) => one.call_id === null));
    return {
      name: call.name,
      arguments: { text: call.text ?? '', length: call.length ?? 0 },
      callId: call.call_id,
      result: result === undefined ? null : { text: result.text ?? '', length: result.length ?? 0 },
    };
  });
}

function summaryOf(
  row: RowOf<typeof eventsByKey>,
  details: RowOf<typeof callDetails> | undefined,
  unlocked: readonly string[],
): string | null {
  const parts: string[] = [];
  if (row.event_type === 'environment') {
    if (row.reward !== null) parts.push(`reward ${Number(row.reward.toFixed(4))}`);
    if (unlocked.length > 0) parts.push(`achievements: ${unlocked.join(', ')}`);
    if (row.terminated === true) parts.push('terminated');
    if (row.truncated === true) parts.push('truncated');
  }
  if (details?.actions != null) parts.push(`actions: ${actionsText(details.actions)}`);
  return parts.length === 0 ? null : parts.join(' · ');
}

/** `[3,5]` → `3, 5`; anything that is no list of plain values stays as it is. */
function actionsText(json: string): string {
  const inner = /^\[([^[\]{}]*)\]$/.exec(json)?.[1];
  return inner === undefined
    ? json
    : inner
        .replaceAll('"', '')
        .split(',')
        .map((one) => one.trim())
        .join(', ');
}

/** Names that are unlocked now and were not after the event before. */
export function unlockedOf(now: string, before: string | null): string[] {
  const had = new Set(before === null ? [] : trueNames(before));
  return trueNames(now).filter((name) => !had.has(name));
}

function trueNames(json: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    // Cut off beyond 100,000 characters: no summary then.
    return [];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, state]) =>
    state === true || (typeof state === 'number' && state > 0) ? [name] : [],
  );
}
