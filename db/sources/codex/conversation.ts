import type { MessageRole, SessionStatus } from '../../model';
import {
  type AgentRows,
  AgentSession,
  contentText,
  isJson,
  type Json,
  jsonOf,
  listOf,
  openAiUsage,
  slots,
  textOf,
  titleOf,
  utcOf,
} from '../agent-session';
import { type CallContext, RolloutCalls } from './calls';
import { idsOf, totalOf } from './counted';
import { injectedLabel } from './injected';
import type { RolloutLine } from './line';

/** A message that an event repeats: written only where no item says it. */
interface Echo {
  readonly ordinal: number;
  readonly role: MessageRole;
  readonly author: string | null;
  readonly content: string;
  readonly at: string | null;
}

export interface RolloutPlace {
  readonly sessionId: string;
  readonly meta: Json;
  readonly countedElsewhere: (total: string, lineage: ReadonlySet<string>) => string | undefined;
}

/** One rollout of Codex: its lines in file order. */
export class Rollout {
  private readonly session: AgentSession;
  private readonly calls: RolloutCalls;
  private context: Json = {};
  private totals: string | null = null;
  private readonly said = new Set<string>();
  private echoes: Echo[] = [];
  private title: string | null = null;
  private prompt: string | null = null;
  private isAnswered = false;
  private lastError: string | null = null;
  copies = 0;
  /** Its session and those it comes from, as far as it names them. */
  readonly lineage: Set<string>;

  constructor(
    private readonly place: RolloutPlace,
    rows: AgentRows,
  ) {
    this.session = new AgentSession(rows, place.sessionId);
    this.lineage = new Set(idsOf({ type: 'session_meta', at: null, payload: place.meta }));
    if (this.lineage.size === 0) this.lineage.add(place.sessionId);
    this.calls = new RolloutCalls(this.session);
    this.session.touch(utcOf(place.meta.timestamp));
  }

  add({ type, at, payload }: RolloutLine, number: number): void {
    this.session.touch(at);
    switch (type) {
      case 'session_meta':
        // A fork holds the heads of those it comes from too.
        for (const id of idsOf({ type, at, payload })) this.lineage.add(id);
        this.addInstructions(payload, number, at);
        return;
      case 'turn_context':
        this.context = payload;
        return;
      case 'response_item':
        this.addItem(payload, number, at);
        return;
      case 'event_msg':
        this.addEvent(payload, number, at);
        return;
      case 'compacted':
        this.addCompacted(payload, number, at);
        return;
      case 'state':
        return;
      default:
        this.addOther(type, payload, number, at);
    }
  }

  finish(): void {
    this.isAnswered &&= !this.calls.isWaiting;
    this.endTurn();
    this.session.endTurn(this.isAnswered ? this.session.times.last : null);
    this.addSession();
  }

  addSession(): void {
    const { instructions: _, base_instructions: __, dynamic_tools: ___, ...meta } = this.place.meta;
    this.session.addSession({
      experimentId: this.project,
      title: this.title ?? this.prompt,
      status: this.status,
      error: this.status === 'error' ? this.lastError : null,
      metadata: { ...meta, ...(this.copies === 0 ? {} : { calls_counted_elsewhere: this.copies }) },
    });
  }

  get project(): string | null {
    return textOf(this.place.meta.cwd) ?? textOf(this.context.cwd);
  }

  private get status(): SessionStatus {
    if (this.lastError !== null) return 'error';
    return this.isAnswered ? 'completed' : 'unknown';
  }

  private get callContext(): CallContext {
    const { model, effort, summary, approval_policy } = this.context;
    const params = Object.entries({ effort, summary, approval_policy }).filter(
      ([, value]) => value !== undefined,
    );
    return {
      model: textOf(model) ?? textOf(this.context.model_name) ?? textOf(this.place.meta.model),
      provider: this.provider,
      params: Object.fromEntries(params),
    };
  }

  private get provider(): string {
    return textOf(this.place.meta.model_provider) ?? 'openai';
  }

  private addInstructions(payload: Json, number: number, at: string | null): void {
    const text = textOf(payload.instructions) ?? textOf(jsonOf(payload.base_instructions).text);
    if (text === null || payload.id !== this.place.meta.id) return;
    this.session.say({ ordinal: number * slots, role: 'system', author: 'instructions', content: text, at });
  }

  private addItem(payload: Json, number: number, at: string | null): void {
    const type = textOf(payload.type) ?? '';
    if (type === 'message') this.addMessage(payload, number, at);
    else if (type === 'reasoning') this.addReasoning(payload, number, at);
    else if (type.endsWith('_output')) {
      this.calls.addResult(payload, number, at);
      this.isAnswered = false;
    } else if (type.endsWith('_call')) {
      this.calls.addTool(payload, number, at, this.callContext);
      this.isAnswered = true;
      this.lastError = null;
    } else this.addOther(type, payload, number, at);
  }

  private addMessage(payload: Json, number: number, at: string | null): void {
    const text = contentText(payload.content);
    const role = textOf(payload.role) ?? 'assistant';
    const ordinal = number * slots + 1;
    if (role === 'assistant') {
      this.calls.addItem(number, at, this.callContext);
      this.isAnswered = true;
      this.lastError = null;
      this.say({ ordinal, role: 'assistant', author: null, content: text, at });
      return;
    }
    const label = role === 'user' ? injectedLabel(text) : role;
    if (label !== null) this.say({ ordinal, role: 'system', author: label, content: text, at });
    // Its event may have come first.
    else if (!this.said.has(text.trim())) this.startTurn(text, number, at);
  }

  private startTurn(text: string, number: number, at: string | null): void {
    this.endTurn();
    this.session.startTurn(number * slots, at);
    this.prompt ??= titleOf(text);
    this.isAnswered = false;
    this.lastError = null;
    this.say({ ordinal: number * slots + 1, role: 'user', author: null, content: text, at });
  }

  private addReasoning(payload: Json, number: number, at: string | null): void {
    this.calls.addItem(number, at, this.callContext);
    const parts = [...listOf(payload.summary), ...listOf(payload.content)].map((part) => contentText([part]));
    for (const part of parts) this.said.add(part);
    const content = parts.filter((part) => part !== '').join('\n\n');
    this.say({ ordinal: number * slots, role: 'other', author: 'thinking', content, at });
  }

  private addEvent(payload: Json, number: number, at: string | null): void {
    const type = textOf(payload.type) ?? 'event';
    const ordinal = number * slots + 1;
    const echo = (role: MessageRole, author: string | null, text: unknown) => {
      const content = textOf(text);
      if (content !== null) this.echoes.push({ ordinal, role, author, content, at });
    };
    switch (type) {
      case 'token_count':
        this.addTokens(payload, number, at);
        return;
      case 'user_message':
        this.addUserEvent(payload, number, at);
        return;
      case 'agent_message':
        echo('assistant', null, payload.message);
        return;
      case 'agent_reasoning':
      case 'agent_reasoning_raw_content':
        echo('other', 'thinking', payload.text);
        return;
      case 'task_started':
      case 'turn_started':
        return;
      case 'task_complete':
      case 'turn_complete':
        echo('assistant', null, payload.last_agent_message);
        this.isAnswered = this.lastError === null;
        return;
      case 'thread_name_updated':
        this.title = textOf(payload.thread_name) ?? this.title;
        return;
      case 'error':
      case 'stream_error':
        this.lastError = textOf(payload.message) ?? type;
        this.session.happen({
          ordinal,
          type: 'runtime',
          name: type,
          at,
          error: this.lastError,
          metadata: payload,
        });
        return;
      case 'turn_aborted':
        this.isAnswered = false;
        this.session.happen({ ordinal, type: 'runtime', name: 'turn aborted', at, metadata: payload });
        return;
      default:
        // The beginning and the end of a tool that an item tells of already.
        if (!/_(?:begin|end)$/.test(type) || !this.calls.isTool(textOf(payload.call_id)))
          this.addOther(type, payload, number, at);
    }
  }

  /** A prompt that no item has said yet: items come before their events, or have none in the shortest logs. */
  private addUserEvent(payload: Json, number: number, at: string | null): void {
    const text = textOf(payload.message);
    if (text === null || this.said.has(text.trim()) || injectedLabel(text) !== null) return;
    this.startTurn(text, number, at);
  }

  /**
   * `total_token_usage` runs on over the whole session: what one answer took is `last_token_usage`, or the difference where that is missing. The
   * same total again is no answer but news of limits.
   */
  private addTokens(payload: Json, number: number, at: string | null): void {
    const info = jsonOf(payload.info);
    const total = totalOf({ payload });
    const before = this.totals;
    if (total !== null) {
      if (total === before) return;
      this.totals = total;
    }
    const raw = isJson(info.last_token_usage)
      ? info.last_token_usage
      : difference(info.total_token_usage, before);
    const usage = openAiUsage(raw);
    if (usage === undefined || (usage.input_tokens === 0n && usage.output_tokens === 0n)) return;
    const model = textOf(info.model) ?? textOf(info.model_name) ?? textOf(payload.model);
    const countedIn = total === null ? undefined : this.place.countedElsewhere(total, this.lineage);
    if (countedIn !== undefined) this.copies += 1;
    this.calls.addUsage({ usage, raw, model, countedIn }, number, at, this.callContext);
    this.isAnswered = true;
  }

  private addCompacted(payload: Json, number: number, at: string | null): void {
    const { message, ...rest } = payload;
    const content = textOf(message);
    const ordinal = number * slots + 1;
    if (content === null)
      this.session.happen({ ordinal, type: 'runtime', name: 'compacted', at, metadata: rest });
    else
      this.session.say({ ordinal, role: 'system', author: 'compact summary', content, at, metadata: rest });
  }

  private addOther(type: string, payload: Json, number: number, at: string | null): void {
    this.session.happen({ ordinal: number * slots + 2, type: 'other', name: type, at, metadata: payload });
  }

  private say(message: Echo): void {
    if (message.content === '') return;
    this.said.add(message.content.trim());
    this.session.say(message);
  }

  private endTurn(): void {
    for (const echo of this.echoes) if (!this.said.has(echo.content.trim())) this.say(echo);
    this.echoes = [];
    this.said.clear();
    this.calls.flush(this.provider);
  }
}

/** What a running total grew by. */
function difference(total: unknown, before: string | null): unknown {
  if (!isJson(total)) return undefined;
  const old = before === null ? {} : jsonOf(JSON.parse(before));
  return Object.fromEntries(
    Object.entries(total).map(([name, value]) => {
      const past = old[name];
      return [
        name,
        typeof value === 'number' && typeof past === 'number' ? Math.max(0, value - past) : value,
      ];
    }),
  );
}
