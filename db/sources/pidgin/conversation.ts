import type { MessageRole, SessionStatus } from '../../model';
import { type DocumentRows, toJson } from '../documents';
import type { NewRow } from '../row-chunks';
import { agentModel, agentName, agentSystem } from './agents';
import { addCall, addRuntimeEvent, type Call, type CallPlace, type Waiting, waitingOf } from './calls';
import { amountIn, type Fields, isFields, type PidginEvent, textIn, wholeIn } from './event';
import { correctLocalTime, finerTime } from './local-time';
import type { Manifest } from './manifest';
import { Turns, type TurnsState } from './turns';

export interface ConversationPlace {
  readonly sessionId: string;
  /** Its place among those of the file. */
  readonly ordinal: number;
  readonly manifest: Manifest | undefined;
  /** The name by which the manifest knows it. */
  readonly name: string;
  /** It was done with before: its session is there, and only events are added. */
  readonly isLate: boolean;
  /** The file was written to a moment ago: a conversation without an end goes on. */
  readonly isFresh: boolean;
}

/** What must be kept to go on with a conversation when its file has grown. */
export interface ConversationState {
  readonly start: Waiting | null;
  readonly end: Waiting | null;
  readonly lastError: string | null;
  readonly calls: readonly Call[];
  readonly turns: TurnsState;
}

const AGENTS = ['agent_a', 'agent_b'] as const;
/** Events under their own name that say an error happened. */
const ERRORS = /Error|Failed|Timeout|ContextLimit/;
/** Events whose identity is remembered, to know one that was written twice. */
const MOST_SEEN = 2_000;

/**
 * Reads the events of one conversation, in file order, into canonical rows: turns are timesteps, completed messages are LM calls and
 * messages, token usage belongs to the call it follows (never counted twice), everything else that happened is a runtime event.
 */
export class Conversation {
  private start: Waiting | null;
  private end: Waiting | null;
  private lastError: string | null;
  private readonly turns: Turns;
  /** One an agent: the call that is on, or was answered last and may still be told its tokens. */
  private readonly calls = new Map<string, Call>();
  private lastAnswered: string | null = null;
  private readonly seen = new Set<string>();
  /** Offset from UTC in minutes → messages whose own local time had it. */
  readonly offsets = new Map<number, number>();
  /** Messages whose own time is of no zone that fits their event's. */
  unplacedTimes = 0;

  constructor(
    readonly place: ConversationPlace,
    private readonly rows: DocumentRows,
    state?: ConversationState,
  ) {
    this.start = state?.start ?? null;
    this.end = state?.end ?? null;
    this.lastError = state?.lastError ?? null;
    this.turns = new Turns(place.sessionId, rows, state?.turns ?? null);
    for (const call of state?.calls ?? []) this.calls.set(call.agent, call);
  }

  get state(): ConversationState {
    const { start, end, lastError, calls, turns } = this;
    return { start, end, lastError, calls: [...calls.values()], turns: turns.state };
  }

  get hasEnded(): boolean {
    return this.end !== null;
  }

  /** False: it was written twice. `line` counts from 1. */
  add(event: PidginEvent, line: number): boolean {
    if (!this.isNew(event)) return false;
    const { fields } = event;
    // Pidgin had no profiles when it wrote this shape: its weights were those that are *balanced* today.
    if (event.shape === 'legacy') this.turns.profile = 'balanced';
    switch (event.type) {
      case 'ConversationStartEvent':
        this.begin(event, line);
        break;
      case 'SystemPromptEvent':
        this.addMessage({ event, line, role: 'system', content: textIn(fields, 'prompt') ?? '' });
        break;
      case 'TurnStartEvent':
        this.flushCalls();
        this.turns.start(wholeIn(fields, 'turn_number'), event.at, line);
        break;
      case 'MessageRequestEvent':
        this.request(event, line);
        break;
      case 'MessageCompleteEvent':
        this.completeMessage(event, line);
        break;
      case 'TokenUsageEvent':
        this.addUsage(event, line);
        break;
      case 'TurnCompleteEvent':
        this.completeTurn(event, line);
        break;
      case 'ConversationEndEvent':
        this.end = waitingOf(event, line);
        break;
      case 'MessageChunkEvent':
        // Pieces of a message that its MessageCompleteEvent holds whole.
        break;
      case 'ThinkingCompleteEvent':
        this.addThinking(event, line);
        break;
      default:
        this.addOther(event, line);
    }
    return true;
  }

  /** After the last event: what is still on, and the session itself. */
  finish(): void {
    this.flushCalls();
    this.turns.finish();
    if (this.place.isLate && this.start === null) return;
    this.addSession();
    for (const system of this.systems()) this.rows.add('systems', system);
  }

  /** Also before the end of a long file, so that it is in the list while the rest is read. */
  addSession(): void {
    const { manifest, sessionId, ordinal, name } = this.place;
    const opening = this.start?.fields ?? {};
    const names = AGENTS.map((agent) => agentName(this.opening, agent)).filter((part) => part !== null);
    this.rows.addSession(
      {
        session_id: sessionId,
        experiment_id: manifest?.experiment_id ?? textIn(opening, 'experiment_id'),
        kind: 'conversation',
        title: [manifest?.name, names.join(' ↔ ')].filter((part) => part).join(' · ') || null,
        status: this.status(),
        created_at: this.start?.at ?? null,
        started_at: this.start?.at ?? null,
        ended_at: this.end?.at ?? null,
        error: this.error(),
        metadata: toJson({
          ...opening,
          end_reason: this.endReason(),
          convergence_profile: this.turns.profile,
          ...(this.end === null ? {} : { end: this.end.fields }),
          ...(manifest?.conversations[name] === undefined
            ? {}
            : { recorded_status: manifest.conversations[name].status }),
        }),
      },
      { ordinal },
    );
  }

  /** A run may call itself completed and carry an error: the error is believed. */
  private status(): SessionStatus {
    const reason = this.endReason();
    const recorded = this.end === null ? null : textIn(this.end.fields, 'status');
    if (this.recordedError() !== null || isFailure(reason) || isFailure(recorded)) return 'error';
    if (this.end !== null) return /pause|interrupt/i.test(`${reason} ${recorded}`) ? 'unknown' : 'completed';
    if (!this.place.isFresh) return 'unknown';
    this.rows.saidWhileFresh();
    return 'running';
  }

  private error(): string | null {
    return this.recordedError() ?? this.lastError;
  }

  /** What its end or its manifest says went wrong. */
  private recordedError(): string | null {
    const { manifest, name } = this.place;
    const said = this.end === null ? null : textIn(this.end.fields, 'error');
    return said ?? manifest?.conversations[name]?.error ?? manifest?.error ?? null;
  }

  private endReason(): string | null {
    return this.end === null ? null : textIn(this.end.fields, 'reason');
  }

  private begin(event: PidginEvent, line: number): void {
    this.start ??= waitingOf(event, line);
    const config = isFields(event.fields.config) ? event.fields.config : {};
    const prompt = textIn(event.fields, 'initial_prompt') ?? textIn(config, 'initial_prompt');
    if (prompt !== null)
      this.addMessage({ event, line, role: 'user', author: 'researcher', content: prompt });
  }

  private request(event: PidginEvent, line: number): void {
    const agent = textIn(event.fields, 'agent_id') ?? '';
    this.flushCall(agent);
    const step = this.turns.stepOf(wholeIn(event.fields, 'turn_number'));
    const request = waitingOf(event, line);
    this.calls.set(agent, { agent, request, complete: null, usage: null, thinkingTokens: null, step });
  }

  private completeMessage(event: PidginEvent, line: number): void {
    const { fields } = event;
    const agent = textIn(fields, 'agent_id') ?? '';
    const said = isFields(fields.message) ? fields.message : {};
    const content = textIn(said, 'content') ?? '';
    const asked = this.calls.get(agent);
    if (asked?.complete != null) this.flushCall(agent);
    const open = this.calls.get(agent);
    const turn =
      wholeIn(fields, 'turn_number') ??
      (open?.request == null ? null : wholeIn(open.request.fields, 'turn_number'));
    const isAgent = agent === 'agent_a' || agent === 'agent_b';
    const role = isAgent ? 'assistant' : 'user';
    this.addMessage({ event, line, role, content, localTime: textIn(said, 'timestamp'), turn });
    if (isAgent) this.turns.say({ side: agent === 'agent_a' ? 'a' : 'b', text: content }, turn);
    const complete = waitingOf(event, line, ['message']);
    const step = this.turns.stepOf(turn);
    this.calls.set(agent, {
      request: null,
      usage: null,
      thinkingTokens: null,
      ...open,
      agent,
      complete,
      step,
    });
    this.lastAnswered = agent;
  }

  private addUsage(event: PidginEvent, line: number): void {
    const agent = textIn(event.fields, 'agent_id') ?? this.lastAnswered ?? '';
    const call = this.calls.get(agent);
    const usage = waitingOf(event, line);
    if (call === undefined || call.usage !== null) this.addOther(event, line);
    else this.calls.set(agent, { ...call, usage });
  }

  private completeTurn(event: PidginEvent, line: number): void {
    const { fields } = event;
    this.flushCalls();
    const number = wholeIn(fields, 'turn_number');
    this.addInterventions(event, line, number);
    this.turns.complete(number, { at: event.at, score: amountIn(fields, 'convergence_score'), line });
  }

  /** What a person put in, between the two: it stands in the turn alone. */
  private addInterventions(event: PidginEvent, line: number, turn: number | null): void {
    const said = isFields(event.fields.turn) ? event.fields.turn : {};
    const later: unknown = said.post_turn_interventions;
    const all = [said.intervention, ...(Array.isArray(later) ? later : [])].filter(isFields);
    const texts = all.map((one) => textIn(one, 'content')).filter((text) => text !== null);
    const [first] = all;
    if (first === undefined || texts.length === 0) return;
    const author = textIn(first, 'agent_id') ?? 'human';
    const content = texts.join('\n\n');
    this.addMessage({ event, line, role: 'user', author, content, turn, kind: 'intervention' });
  }

  private addThinking(event: PidginEvent, line: number): void {
    const { fields } = event;
    const agent = textIn(fields, 'agent_id') ?? '';
    const content = textIn(fields, 'thinking_content') ?? '';
    this.addMessage({
      event,
      line,
      role: 'other',
      content,
      turn: wholeIn(fields, 'turn_number'),
      kind: 'thinking',
    });
    const thinkingTokens = wholeIn(fields, 'thinking_tokens');
    const call = this.calls.get(agent);
    if (call !== undefined) this.calls.set(agent, { ...call, thinkingTokens });
    this.addOther(event, line, ['thinking_content']);
  }

  private addOther(event: PidginEvent, line: number, without: readonly string[] = []): void {
    const { fields } = event;
    const isError = ERRORS.test(event.type);
    const error = isError ? (textIn(fields, 'error_message') ?? textIn(fields, 'error') ?? event.type) : null;
    this.lastError = error ?? this.lastError;
    addRuntimeEvent(this.rows, waitingOf(event, line, without), {
      ...this.callPlace(textIn(fields, 'agent_id')),
      step: this.turns.stepOf(wholeIn(fields, 'turn_number')),
      error,
    });
  }

  private flushCalls(): void {
    for (const agent of [...this.calls.keys()]) this.flushCall(agent);
  }

  private flushCall(agent: string): void {
    const call = this.calls.get(agent);
    if (call === undefined) return;
    this.calls.delete(agent);
    addCall(this.rows, call, this.callPlace(agent));
  }

  private addMessage(message: {
    readonly event: PidginEvent;
    readonly line: number;
    readonly role: MessageRole;
    readonly content: string;
    readonly author?: string;
    readonly localTime?: string | null;
    readonly turn?: number | null;
    readonly kind?: 'intervention' | 'thinking';
  }): void {
    const { event, line, role, content, turn = null, kind } = message;
    const local = message.localTime ?? null;
    const corrected = local === null ? undefined : this.correct(local, event);
    const step = this.turns.stepOf(turn);
    const notes = {
      ...(kind === undefined ? {} : { kind }),
      ...(local === null ? {} : { recorded_local_time: local }),
      ...(corrected === undefined
        ? {}
        : { utc_offset_minutes: corrected.offsetMinutes, corrected_utc: corrected.utc }),
    };
    this.rows.add('messages', {
      message_key: this.rows.key(line),
      session_id: this.place.sessionId,
      step_key: step === null ? null : this.rows.key(step),
      role,
      author: message.author ?? textIn(event.fields, 'agent_id'),
      content,
      occurred_at: finerTime(event.at, corrected?.utc),
      sequence: BigInt(line),
      metadata: Object.keys(notes).length === 0 ? null : toJson(notes),
    });
  }

  private correct(local: string, event: PidginEvent) {
    const corrected = correctLocalTime(local, event.at);
    if (corrected !== undefined && event.isZoned) {
      this.offsets.set(corrected.offsetMinutes, (this.offsets.get(corrected.offsetMinutes) ?? 0) + 1);
    } else if (corrected === undefined && !/(?:Z|[+-]\d{2}:?\d{2})$/.test(local)) this.unplacedTimes += 1;
    return corrected;
  }

  private systems(): NewRow<'systems'>[] {
    return AGENTS.flatMap((agent) => {
      const { systemId, model } = this.callPlace(agent);
      return systemId === null || model === null
        ? []
        : [agentSystem(systemId, agentName(this.opening, agent))];
    });
  }

  private callPlace(agent: string | null): CallPlace {
    const model = agent === null ? null : agentModel(this.opening, agent);
    const systemId = agent === null || agent === '' ? null : model === null ? agent : `${agent} (${model})`;
    return { sessionId: this.place.sessionId, systemId, model };
  }

  /** What its first event says. */
  private get opening(): Fields {
    return this.start?.fields ?? {};
  }

  /** By its id, or by what no two events of a conversation share: type, moment and agent. */
  private isNew(event: PidginEvent): boolean {
    if (event.type === 'MessageChunkEvent') return true;
    const { fields } = event;
    const id =
      textIn(fields, 'event_id') ?? `${event.type} ${event.at} ${fields.agent_id} ${fields.turn_number}`;
    if (this.seen.has(id)) return false;
    this.seen.add(id);
    if (this.seen.size > MOST_SEEN) {
      const [oldest = ''] = this.seen;
      this.seen.delete(oldest);
    }
    return true;
  }
}

function isFailure(said: string | null): boolean {
  return said !== null && /error|fail|timeout/i.test(said);
}
