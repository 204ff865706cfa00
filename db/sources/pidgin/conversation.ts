import { convergenceByTurn, costOf, type MessageRole, priceOf, type SidedMessage } from '../../model';
import type { DocumentRows } from '../documents';
import type { NewRow } from '../row-chunks';
import type { PidginEvent } from './event';
import type { Manifest } from './manifest';

export interface ConversationPlace {
  readonly sessionId: string;
  readonly manifest: Manifest | undefined;
}

interface OpenStep {
  readonly key: bigint;
  readonly turn: number;
  readonly startedAt: string | null;
}

/**
 * Reads the events of one conversation, in file order, into canonical rows: turns are timesteps, completed messages are LM calls and
 * messages, token usage belongs to the call it follows (never counted twice), everything else that happened is a runtime event.
 */
export class Conversation {
  private start: PidginEvent | undefined;
  private end: PidginEvent | undefined;
  private step: OpenStep | undefined;
  private stepCount = 0;
  private readonly requests = new Map<string, PidginEvent>();
  private readonly calls = new Map<string, { row: NewRow<'events'>; notes: Record<string, unknown> }>();
  private readonly said: SidedMessage[] = [];
  private readonly recorded = new Map<number, { score: number | null; at: string | null }>();
  private events = 0;
  private line = 0;
  private lastError: string | null = null;
  /** Messages that carry a naive local time of their own. */
  naiveTimes = 0;

  constructor(
    private readonly place: ConversationPlace,
    private readonly rows: DocumentRows,
  ) {}

  /** `line` counts from 1. */
  add(event: PidginEvent, line: number): void {
    const key = this.rows.key(line);
    this.line = line;
    this.events += 1;
    switch (event.type) {
      case 'ConversationStartEvent':
        this.start ??= event;
        if (event.fields.initial_prompt !== undefined) {
          this.addMessage({
            key,
            event,
            role: 'user',
            author: 'researcher',
            content: event.fields.initial_prompt,
          });
        }
        return;
      case 'SystemPromptEvent':
        this.addMessage({
          key,
          event,
          role: 'system',
          author: event.fields.agent_id ?? null,
          content: event.fields.prompt ?? '',
        });
        return;
      case 'TurnStartEvent':
        this.startTurn(key, event);
        return;
      case 'MessageRequestEvent':
        this.requests.set(event.fields.agent_id ?? '', event);
        return;
      case 'MessageCompleteEvent':
        this.completeMessage(key, event);
        return;
      case 'TokenUsageEvent':
        this.addUsage(key, event);
        return;
      case 'TurnCompleteEvent':
        this.completeTurn(key, event);
        return;
      case 'ConversationEndEvent':
        this.end = event;
        return;
      case 'MessageChunkEvent':
        // Pieces of a message that its MessageCompleteEvent holds whole.
        return;
      default:
        this.addRuntimeEvent(key, event);
    }
  }

  /** After the last line: what is still open, the scores and the session itself. */
  finish(): void {
    if (this.events === 0) return;
    this.flushCalls();
    if (this.step !== undefined) this.closeStep(null);
    const scores = new Map(convergenceByTurn(this.said).map(({ turn, score }) => [turn, score]));
    for (const turn of new Set([...scores.keys(), ...this.recorded.keys()])) {
      this.rows.add('turn_metrics', {
        session_id: this.place.sessionId,
        turn_number: turn,
        occurred_at: this.recorded.get(turn)?.at ?? null,
        convergence_recorded: this.recorded.get(turn)?.score ?? null,
        convergence_score: scores.get(turn) ?? null,
      });
    }
    this.addSession();
  }

  private addSession(): void {
    const { manifest, sessionId } = this.place;
    const opening = this.start?.fields;
    const of = manifest?.conversations[sessionId];
    const error = of?.error ?? this.lastError ?? manifest?.error ?? null;
    const reason = this.end?.fields.reason;
    const names = [opening?.agent_a_display_name, opening?.agent_b_display_name].filter(
      (name) => name !== undefined,
    );
    this.rows.addSession({
      session_id: sessionId,
      experiment_id: manifest?.experiment_id ?? opening?.experiment_id ?? null,
      kind: 'conversation',
      title: [manifest?.name, names.join(' ↔ ')].filter((part) => part).join(' · ') || null,
      status: this.end === undefined ? 'unknown' : isFailure(reason) ? 'error' : 'completed',
      created_at: this.start?.at ?? null,
      started_at: this.start?.at ?? null,
      ended_at: this.end?.at ?? null,
      error,
      metadata: JSON.stringify({ ...opening, end_reason: reason ?? null }),
    });
  }

  private startTurn(key: bigint, event: PidginEvent): void {
    this.flushCalls();
    if (this.step !== undefined) this.closeStep(null);
    this.step = { key, turn: event.fields.turn_number ?? this.stepCount, startedAt: event.at };
  }

  private completeTurn(key: bigint, event: PidginEvent): void {
    this.flushCalls();
    this.step ??= { key, turn: event.fields.turn_number ?? this.stepCount, startedAt: null };
    this.recorded.set(event.fields.turn_number ?? this.step.turn, {
      score: event.fields.convergence_score ?? null,
      at: event.at,
    });
    this.closeStep(event.at);
  }

  private closeStep(completedAt: string | null): void {
    if (this.step === undefined) return;
    this.rows.add('timesteps', {
      step_key: this.step.key,
      session_id: this.place.sessionId,
      step_id: `turn_${this.step.turn}`,
      step_index: this.stepCount,
      turn_number: this.step.turn,
      started_at: this.step.startedAt,
      completed_at: completedAt,
      metadata: null,
    });
    this.stepCount += 1;
    this.step = undefined;
  }

  private completeMessage(key: bigint, event: PidginEvent): void {
    const agent = event.fields.agent_id ?? '';
    const content = event.fields.message?.content ?? '';
    this.flushCall(agent);
    if (event.fields.message?.timestamp !== undefined) this.naiveTimes += 1;
    this.addMessage({ key, event, role: 'assistant', author: agent, content });
    this.said.push({ side: agent === 'agent_a' ? 'a' : 'b', text: content, turn: this.step?.turn ?? 0 });
    const request = this.requests.get(agent);
    this.requests.delete(agent);
    const { message, ...complete } = event.fields;
    const row: NewRow<'events'> = {
      ...this.emptyEvent(key, event),
      event_type: 'cais',
      // The call began with its request; a bar drawn from here ends where the message was complete.
      occurred_at: request?.at ?? event.at,
      model: this.modelOf(agent),
      latency_ms: event.fields.duration_ms ?? null,
    };
    const notes = { complete, request: request && { ...request.fields, conversation_history: undefined } };
    this.calls.set(agent, { row: withUsage(row, event), notes });
  }

  private addUsage(key: bigint, event: PidginEvent): void {
    const call = this.calls.get(event.fields.agent_id ?? '');
    if (call === undefined) {
      this.addRuntimeEvent(key, event);
      return;
    }
    call.row = withUsage(call.row, event);
    call.notes.usage = event.fields;
  }

  private flushCalls(): void {
    for (const agent of [...this.calls.keys()]) this.flushCall(agent);
  }

  private flushCall(agent: string): void {
    const call = this.calls.get(agent);
    if (call === undefined) return;
    this.calls.delete(agent);
    this.rows.add('events', priced(call.row));
    this.addPayload(call.row.event_key, call.notes);
  }

  private addRuntimeEvent(key: bigint, event: PidginEvent): void {
    const error = /Error|Failed|Timeout/.test(event.type)
      ? (event.fields.error_message ?? event.fields.error ?? event.type)
      : null;
    this.lastError = error ?? this.lastError;
    const waited = event.fields.wait_time;
    this.rows.add('events', {
      ...this.emptyEvent(key, event),
      latency_ms: waited === undefined ? (event.fields.duration_ms ?? null) : waited * 1000,
      error,
    });
    this.addPayload(key, { ...event.fields, conversation_history: undefined });
  }

  private addPayload(key: bigint, metadata: Record<string, unknown>): void {
    this.rows.add('event_payloads', {
      event_key: key,
      session_id: this.place.sessionId,
      call_records: null,
      state_before: null,
      state_after: null,
      metadata: JSON.stringify(metadata),
    });
  }

  private addMessage(message: {
    key: bigint;
    event: PidginEvent;
    role: MessageRole;
    author: string | null;
    content: string;
  }): void {
    const { key, event, role, author, content } = message;
    const own = event.fields.message?.timestamp;
    this.rows.add('messages', {
      message_key: key,
      session_id: this.place.sessionId,
      step_key: this.step?.key ?? null,
      role,
      author,
      content,
      occurred_at: event.at,
      sequence: BigInt(this.line),
      metadata: own === undefined ? null : JSON.stringify({ recorded_local_time: own }),
    });
  }

  private emptyEvent(key: bigint, event: PidginEvent): NewRow<'events'> {
    const agent = event.fields.agent_id;
    return {
      event_key: key,
      session_id: this.place.sessionId,
      step_key: this.step?.key ?? null,
      event_type: 'runtime',
      name: event.type,
      system_id: agent === undefined ? null : this.systemOf(agent),
      occurred_at: event.at,
      sequence: BigInt(this.line),
      model: null,
      provider: event.fields.provider?.toLowerCase() ?? null,
      input_tokens: null,
      output_tokens: null,
      total_tokens: null,
      cache_read_tokens: null,
      cache_write_tokens: null,
      reasoning_tokens: null,
      cost_usd: null,
      cost_basis: null,
      latency_ms: null,
      span_id: null,
      trace_id: null,
      reward: null,
      terminated: null,
      truncated: null,
      error: null,
    };
  }

  /** The two agents, as systems: their side and model, so that runs of one kind share them. */
  systems(): NewRow<'systems'>[] {
    return (['agent_a', 'agent_b'] as const).flatMap((agent) => {
      const model = this.modelOf(agent);
      if (this.start === undefined || model === null) return [];
      const name = this.start.fields[`${agent}_display_name`];
      const system_id = this.systemOf(agent);
      return [
        {
          system_id,
          name: name ?? system_id,
          system_type: 'agent',
          description: null,
          created_at: null,
          metadata: null,
        },
      ];
    });
  }

  private systemOf(agent: string): string {
    const model = this.modelOf(agent);
    return model === null ? agent : `${agent} (${model})`;
  }

  private modelOf(agent: string): string | null {
    const opening = this.start?.fields;
    return (
      (agent === 'agent_a' ? opening?.agent_a_model : agent === 'agent_b' ? opening?.agent_b_model : null) ??
      null
    );
  }
}

/** Tokens of a call from whichever event says them. Pidgin's `tokens_used` is its own estimate: kept in the payload, not counted. */
function withUsage(row: NewRow<'events'>, { fields }: PidginEvent): NewRow<'events'> {
  const { prompt_tokens: input, completion_tokens: output, total_tokens } = fields;
  if (input === undefined && output === undefined) return row;
  const sum = input !== undefined && output !== undefined ? input + output : undefined;
  return {
    ...row,
    model: fields.model ?? row.model,
    provider: fields.provider?.toLowerCase() ?? row.provider,
    input_tokens: bigintOf(input),
    output_tokens: bigintOf(output),
    total_tokens: bigintOf(total_tokens ?? sum),
  };
}

/** Pidgin's event files carry no cost: priced from tokens where the model is known. */
function priced(row: NewRow<'events'>): NewRow<'events'> {
  const price = row.model === null ? undefined : priceOf(row.model, row.provider);
  if (price === undefined || row.input_tokens === null || row.output_tokens === null) {
    return { ...row, cost_basis: 'unpriced' };
  }
  const tokens = { input: Number(row.input_tokens), output: Number(row.output_tokens) };
  return { ...row, cost_usd: costOf(tokens, price), cost_basis: 'priced' };
}

function bigintOf(value: number | undefined): bigint | null {
  return value === undefined ? null : BigInt(value);
}

function isFailure(reason: string | undefined): boolean {
  return reason !== undefined && /error|fail|timeout/i.test(reason);
}
