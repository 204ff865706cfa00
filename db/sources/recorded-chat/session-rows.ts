import type { EventType, MessageRole } from '../../model';
import { type DocumentRows, toJson } from '../documents';
import type { NewRow } from '../row-chunks';
import type { ChatMessage, ToolCall } from './chat';
import { type Cost, noTokens, type Tokens } from './usage';

/** Numbers of the rows of one file: unique in it, and the same whenever it is read again. */
export class Ordinals {
  private last = 0;

  next(): number {
    this.last += 1;
    return this.last;
  }
}

export interface EventSaid {
  readonly type: EventType;
  readonly name?: string | null;
  readonly at?: string | null;
  readonly endedAt?: string | null;
  readonly model?: string | null;
  readonly provider?: string | null;
  readonly systemId?: string | null;
  readonly tokens?: Tokens;
  /** Null: no cost is expected of it. */
  readonly cost?: Cost | null;
  readonly latencyMs?: number | null;
  readonly spanId?: string | null;
  readonly traceId?: string | null;
  readonly reward?: number | null;
  readonly error?: string | null;
  readonly terminated?: boolean | null;
  readonly truncated?: boolean | null;
  readonly record?: CallRecord | null;
  readonly stateBefore?: unknown;
  readonly stateAfter?: unknown;
  readonly metadata?: unknown;
}

/** A call record as tracing v3 keeps them; what is not known is left out. */
export interface CallRecord {
  readonly input_messages?: unknown;
  readonly output_messages?: unknown;
  readonly output_tool_calls?: readonly { name: string; arguments_json: string; call_id: string | null }[];
  readonly tool_results?: readonly { call_id: string | null; output_text: string }[];
  readonly request_params?: unknown;
  readonly usage?: unknown;
  readonly finish_reason?: string | null;
  readonly raw?: unknown;
}

interface OpenStep {
  readonly key: bigint;
  readonly index: number;
  startedAt: string | null;
  lastAt: string | null;
  hasCall: boolean;
}

/**
 * Writes one session in the order it happened. A step is one turn of the model: what it was told, its call, and the tools that ran for it.
 * What a tool was asked and what it answered stand together, once: at the environment event that ran it.
 */
export class SessionRows {
  private step: OpenStep | undefined;
  private steps = 0;
  private sequence = 0n;

  constructor(
    private readonly rows: DocumentRows,
    readonly sessionId: string,
    private ordinals: Ordinals,
  ) {}

  /** Another file goes on with the session. */
  continueWith(ordinals: Ordinals): void {
    this.closeStep();
    this.ordinals = ordinals;
  }

  message(message: {
    readonly role: MessageRole;
    readonly text: string;
    readonly author?: string | null;
    readonly at?: string | null;
    readonly metadata?: unknown;
  }): void {
    const isInput = message.role === 'system' || message.role === 'user';
    const step = this.stepFor(isInput, message.at ?? null);
    this.rows.add('messages', {
      message_key: this.key(),
      session_id: this.sessionId,
      step_key: step.key,
      role: message.role,
      author: message.author ?? null,
      content: message.text,
      occurred_at: message.at ?? null,
      sequence: this.next(),
      metadata: jsonOrNull(message.metadata),
    });
  }

  /** A call of a model; begins a step unless the one that is open waits for its call. */
  call(said: Omit<EventSaid, 'type'>): bigint {
    const step = this.stepFor(true, said.at ?? null);
    step.hasCall = true;
    return this.addEvent({ ...said, type: 'cais' }, step);
  }

  /** What belongs to the call before: a tool that ran, a note. */
  event(said: EventSaid): bigint {
    return this.addEvent(said, this.stepFor(false, said.at ?? null));
  }

  /** Of the whole session: belongs to no step. */
  sessionEvent(said: EventSaid): bigint {
    return this.addEvent(said, undefined);
  }

  reward(reward: {
    readonly value: number | null;
    readonly name: string | null;
    readonly type?: string | null;
    readonly annotation?: string | null;
    readonly author?: string | null;
    readonly at?: string | null;
    readonly eventKey?: bigint | null;
    readonly metadata?: unknown;
  }): void {
    this.rows.add('rewards', {
      reward_key: this.key(),
      session_id: this.sessionId,
      scope: reward.eventKey == null ? 'outcome' : 'event',
      event_key: reward.eventKey ?? null,
      message_key: null,
      turn_number: null,
      value: reward.value,
      reward_type: reward.type ?? null,
      reward_name: reward.name,
      achievements_count: null,
      total_steps: null,
      annotation: reward.annotation ?? null,
      author: reward.author ?? null,
      created_at: reward.at ?? null,
      metadata: jsonOrNull(reward.metadata),
    });
  }

  /** Ends the step that is open. */
  finish(): void {
    this.closeStep();
  }

  private stepFor(isInput: boolean, at: string | null): OpenStep {
    if (this.step === undefined || (isInput && this.step.hasCall)) {
      this.closeStep();
      this.step = { key: this.key(), index: this.steps, startedAt: at, lastAt: at, hasCall: false };
      this.steps += 1;
    }
    const { step } = this;
    this.reach(step, at);
    return step;
  }

  private reach(step: OpenStep, at: string | null): void {
    if (at === null) return;
    if (step.startedAt === null || at < step.startedAt) step.startedAt = at;
    if (step.lastAt === null || at > step.lastAt) step.lastAt = at;
  }

  private closeStep(): void {
    const { step } = this;
    if (step === undefined) return;
    this.rows.add('timesteps', {
      step_key: step.key,
      session_id: this.sessionId,
      step_id: `Turn ${step.index + 1}`,
      step_index: step.index,
      turn_number: step.index + 1,
      started_at: step.startedAt,
      completed_at: step.lastAt,
      metadata: null,
    });
    this.step = undefined;
  }

  private addEvent(said: EventSaid, step: OpenStep | undefined): bigint {
    const key = this.key();
    const tokens = said.tokens ?? noTokens;
    if (step !== undefined) this.reach(step, said.endedAt ?? null);
    this.rows.add('events', {
      event_key: key,
      session_id: this.sessionId,
      step_key: step?.key ?? null,
      event_type: said.type,
      name: said.name ?? null,
      system_id: said.systemId ?? null,
      occurred_at: said.at ?? null,
      sequence: this.next(),
      model: said.model ?? null,
      provider: said.provider ?? null,
      input_tokens: tokens.input,
      output_tokens: tokens.output,
      total_tokens: tokens.total ?? sumOf(tokens.input, tokens.output),
      cache_read_tokens: tokens.cacheRead,
      cache_write_tokens: tokens.cacheWrite,
      reasoning_tokens: tokens.reasoning,
      cost_usd: said.cost?.usd ?? null,
      cost_basis: said.cost?.basis ?? null,
      latency_ms: said.latencyMs ?? null,
      span_id: said.spanId ?? null,
      trace_id: said.traceId ?? null,
      reward: said.reward ?? null,
      terminated: said.terminated ?? null,
      truncated: said.truncated ?? null,
      error: said.error ?? null,
    });
    this.addPayload(key, said);
    return key;
  }

  private addPayload(key: bigint, said: EventSaid): void {
    const record = said.record ?? null;
    const payload: NewRow<'event_payloads'> = {
      event_key: key,
      session_id: this.sessionId,
      call_records: record === null ? null : toJson([record]),
      state_before: jsonOrNull(said.stateBefore),
      state_after: jsonOrNull(said.stateAfter),
      metadata: jsonOrNull(said.metadata),
    };
    const { call_records, state_before, state_after, metadata } = payload;
    if ([call_records, state_before, state_after, metadata].some((part) => part !== null))
      this.rows.add('event_payloads', payload);
  }

  private key(): bigint {
    return this.rows.key(this.ordinals.next());
  }

  private next(): bigint {
    this.sequence += 1n;
    return this.sequence;
  }
}

/** The record of a tool that ran: its call and what it answered, null when nothing came back. */
export function toolRecord(call: ToolCall, answer: string | null): CallRecord {
  return {
    output_tool_calls: recordedCalls([call]),
    ...(answer === null ? {} : { tool_results: [{ call_id: call.callId, output_text: answer }] }),
  };
}

export function recordedCalls(calls: readonly ToolCall[]) {
  return calls.map((call) => ({ name: call.name, arguments_json: call.arguments, call_id: call.callId }));
}

/** Messages of a chat as a call record keeps them. */
export function recordedMessages(messages: readonly ChatMessage[]): unknown {
  return messages.map(({ role, text, calls }) => ({
    role,
    parts: [{ type: 'text', text }],
    ...(calls.length > 0 ? { tool_calls: recordedCalls(calls) } : {}),
  }));
}

export function jsonOrNull(value: unknown): string | null {
  return value === undefined || value === null ? null : toJson(value);
}

function sumOf(a: bigint | null, b: bigint | null): bigint | null {
  return a === null || b === null ? null : a + b;
}
