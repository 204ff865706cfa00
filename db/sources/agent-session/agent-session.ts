import type { CostBasis, EventType, MessageRole, SessionStatus } from '../../model';
import { type DocumentRows, toJson } from '../documents';
import { noEvent } from '../no-event';
import type { NewRow } from '../row-chunks';
import type { Usage } from './usage';

export type AgentRows = Pick<DocumentRows, 'key' | 'add' | 'addSession'>;

/** Rows of one record share its number: up to `slots` of each kind. */
export const slots = 40;
/** What a record may be numbered, so that its keys stay within the file's. */
export const mostRecords = 2_499_999;

export interface SaidMessage {
  readonly ordinal: number;
  readonly role: MessageRole;
  readonly author: string | null;
  readonly content: string;
  readonly at: string | null;
  readonly metadata?: unknown;
}

export interface HappenedEvent {
  readonly ordinal: number;
  readonly type: Exclude<EventType, 'cais'>;
  readonly name: string;
  readonly at: string | null;
  readonly error?: string | null;
  readonly latencyMs?: number | null;
  readonly systemId?: string | null;
  /** What several calls took together, where that is said once for all: it counts, and is no call. */
  readonly took?: TakenTogether;
  readonly metadata?: unknown;
}

export interface TakenTogether {
  readonly model: string | null;
  readonly provider: string | null;
  readonly usage: Usage | null;
  readonly costUsd: number | null;
}

export interface ToolCall {
  readonly callId: string | null;
  readonly name: string;
  /** As text, JSON where it was one. */
  readonly arguments: string;
  result?: ToolResult;
}

export interface ToolResult {
  readonly text: string;
  readonly isError: boolean;
  /** What the log says beside the text. */
  readonly details?: unknown;
}

export interface ModelCall {
  readonly ordinal: number;
  /** Its place among the messages. */
  readonly sequence: number;
  readonly stepKey: bigint | null;
  readonly at: string | null;
  readonly model: string | null;
  readonly provider: string | null;
  readonly usage: Usage | null;
  readonly costUsd: number | null;
  /** Where `costUsd` is not what the recorder said but worked out here. */
  readonly isPriced?: boolean;
  /** False: what it cost is part of a figure that stands elsewhere, or cannot be known. */
  readonly hasOwnCost?: boolean;
  readonly latencyMs: number | null;
  readonly systemId: string | null;
  readonly tools: readonly ToolCall[];
  readonly finishReason: string | null;
  readonly error?: string | null;
  /** Set: the same call was counted elsewhere; it shows what it did and counts nothing. */
  readonly countedIn?: string | undefined;
  readonly record?: Readonly<Record<string, unknown>>;
  readonly metadata?: unknown;
}

export interface SessionEnd {
  readonly experimentId: string | null;
  readonly title: string | null;
  readonly status: SessionStatus;
  readonly error: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
}

/**
 * One session of a coding agent as canonical rows: a prompt and everything up to the next is a timestep, an answer of the model is an LM call
 * whose tools and their results are in its call record (and nowhere else), what was said is a message.
 */
export class AgentSession {
  private step: { key: bigint; index: number; startedAt: string | null; isUsed: boolean } | undefined;
  private steps = 0;
  private firstAt: string | null = null;
  private lastAt: string | null = null;

  constructor(
    private readonly rows: AgentRows,
    readonly id: string,
  ) {}

  get stepKey(): bigint | null {
    return this.step?.key ?? null;
  }

  /** The first and last time that anything was said to happen. */
  get times(): { readonly first: string | null; readonly last: string | null } {
    return { first: this.firstAt, last: this.lastAt };
  }

  /** A prompt begins a step, unless the open one holds no answer yet. */
  startTurn(ordinal: number, at: string | null): void {
    if (this.step !== undefined && !this.step.isUsed) return;
    this.endTurn(this.lastAt);
    this.step = { key: this.rows.key(ordinal), index: this.steps, startedAt: at, isUsed: false };
    this.steps += 1;
  }

  /** `completedAt` null: it was left open. */
  endTurn(completedAt: string | null): void {
    if (this.step === undefined) return;
    const { key, index, startedAt } = this.step;
    this.rows.add('timesteps', {
      step_key: key,
      session_id: this.id,
      step_id: `Turn ${index + 1}`,
      step_index: index,
      turn_number: index + 1,
      started_at: startedAt,
      completed_at: completedAt,
      metadata: null,
    });
    this.step = undefined;
  }

  /** The model has answered in this turn: the next prompt begins another. */
  markAnswered(ordinal: number, at: string | null): bigint | null {
    if (this.step === undefined) this.startTurn(ordinal, at);
    if (this.step !== undefined) this.step.isUsed = true;
    return this.stepKey;
  }

  say({ ordinal, role, author, content, at, metadata }: SaidMessage): void {
    this.see(ordinal, at);
    this.rows.add('messages', {
      message_key: this.rows.key(ordinal),
      session_id: this.id,
      step_key: this.stepKey,
      role,
      author,
      content,
      occurred_at: at,
      sequence: BigInt(ordinal),
      metadata: metadata === undefined ? null : toJson(metadata),
    });
  }

  happen(event: HappenedEvent): void {
    const { ordinal, at } = event;
    this.see(ordinal, at);
    this.rows.add('events', {
      ...this.emptyEvent(ordinal, at),
      event_type: event.type,
      name: event.name,
      system_id: event.systemId ?? null,
      ...(event.took === undefined ? {} : togetherOf(event.took)),
      latency_ms: event.latencyMs ?? null,
      error: event.error ?? null,
    });
    if (event.metadata !== undefined) this.addPayload(ordinal, null, event.metadata);
  }

  call(call: ModelCall): void {
    const { ordinal, usage, countedIn } = call;
    const isCounted = countedIn === undefined;
    const costUsd = call.hasOwnCost === false ? null : call.costUsd;
    const basis = costUsd === null ? 'unpriced' : call.isPriced === true ? 'priced' : 'reported';
    this.see(ordinal, call.at);
    this.rows.add('events', {
      ...this.emptyEvent(ordinal, call.at),
      step_key: call.stepKey,
      sequence: BigInt(call.sequence),
      event_type: isCounted ? 'cais' : 'other',
      name: isCounted ? null : `${call.model ?? 'LM call'}, counted in ${countedIn}`,
      system_id: call.systemId,
      ...(isCounted
        ? {
            model: call.model,
            provider: call.provider,
            ...(usage ?? {}),
            cost_usd: costUsd,
            cost_basis: call.hasOwnCost === false ? null : basis,
            latency_ms: call.latencyMs,
          }
        : {}),
      error: call.error ?? null,
    });
    this.addPayload(ordinal, callRecord(call), call.metadata);
  }

  addSession(end: SessionEnd): void {
    const { status, error } = end;
    this.rows.addSession({
      session_id: this.id,
      experiment_id: end.experimentId,
      kind: 'session',
      title: end.title,
      status,
      created_at: this.firstAt,
      started_at: this.firstAt,
      ended_at: this.lastAt,
      error,
      // The mirror takes a session's status from here where its steps alone would say another.
      metadata: toJson({ ...(status === 'unknown' ? {} : { status }), ...end.metadata }),
    });
  }

  /** Something was recorded then. */
  touch(at: string | null): void {
    if (at === null) return;
    if (this.firstAt === null || at < this.firstAt) this.firstAt = at;
    if (this.lastAt === null || at > this.lastAt) this.lastAt = at;
  }

  private see(ordinal: number, at: string | null): void {
    if (this.step === undefined) this.startTurn(ordinal, at);
    this.touch(at);
  }

  private addPayload(ordinal: number, record: unknown, metadata: unknown): void {
    this.rows.add('event_payloads', {
      event_key: this.rows.key(ordinal),
      session_id: this.id,
      call_records: record === null ? null : toJson([record]),
      state_before: null,
      state_after: null,
      metadata: metadata === undefined ? null : toJson(metadata),
    });
  }

  private emptyEvent(ordinal: number, at: string | null): Omit<NewRow<'events'>, 'event_type'> {
    return {
      ...noEvent,
      event_key: this.rows.key(ordinal),
      session_id: this.id,
      step_key: this.stepKey,
      occurred_at: at,
      sequence: BigInt(ordinal),
    };
  }
}

function togetherOf({ model, provider, usage, costUsd }: TakenTogether) {
  const cost_basis: CostBasis = costUsd === null ? 'unpriced' : 'reported';
  return { model, provider, ...(usage ?? {}), cost_usd: costUsd, cost_basis };
}

/** As tracing v3 keeps them: the transcript reads tool calls and results from here. */
function callRecord(call: ModelCall): Record<string, unknown> {
  return {
    ...(call.model === null ? {} : { model_name: call.model }),
    ...(call.provider === null ? {} : { provider: call.provider }),
    output_tool_calls: call.tools.map((tool) => ({
      call_id: tool.callId,
      name: tool.name,
      arguments_json: tool.arguments,
    })),
    tool_results: call.tools.flatMap(({ callId, result }) =>
      result === undefined
        ? []
        : [
            {
              call_id: callId,
              output_text: result.text,
              ...(result.isError ? { is_error: true } : {}),
              ...(result.details === undefined ? {} : { details: result.details }),
            },
          ],
    ),
    ...(call.finishReason === null ? {} : { finish_reason: call.finishReason }),
    ...call.record,
  };
}
