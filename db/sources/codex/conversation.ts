import type { MessageRole, SessionStatus } from '../../model';
import {
  type AgentRows,
  AgentSession,
  contentText,
  type Json,
  jsonOf,
  listOf,
  msOf,
  slots,
  textOf,
  titleOf,
  utcOf,
} from '../agent-session';
import { type CallContext, RolloutCalls } from './calls';
import { type CountedTotals, idsOf, parentOf } from './counted';
import { injectedLabel } from './injected';
import { numberIn, type RolloutLine, settingsOf } from './line';
import { essence, partTexts, userTexts } from './texts';
import { type AnswerTokens, RolloutTokens } from './tokens';

/** A message that an event repeats: written only where no item says it. */
interface Echo {
  readonly ordinal: number;
  readonly role: MessageRole;
  readonly author: string | null;
  readonly content: string;
  readonly at: string | null;
}

const SOONEST_ANSWER_MS = 1_000;

export interface RolloutPlace {
  readonly sessionId: string;
  readonly meta: Json;
  readonly file: string;
  readonly counted: CountedTotals;
}

/** One rollout of Codex: its lines in file order. */
export class Rollout {
  private readonly session: AgentSession;
  private readonly calls: RolloutCalls;
  private context: Json = {};
  private readonly tokens = new RolloutTokens();
  /** The lines of a subagent that are of the thread it was started from. */
  private isInherited = false;
  private readonly said = new Set<string>();
  private echoes: Echo[] = [];
  private title: string | null = null;
  private prompt: string | null = null;
  private isAnswered = false;
  private lastError: string | null = null;
  private createdAt: string | null;
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
    this.createdAt = utcOf(place.meta.timestamp);
    this.session.touch(this.createdAt);
  }

  add({ type, at, payload, ordinal }: RolloutLine, number: number): void {
    this.session.touch(at);
    this.createdAt ??= at;
    const ownFrom = numberIn(this.place.meta.subagent_history_start_ordinal);
    this.isInherited = ownFrom !== undefined && ordinal !== undefined && ordinal < ownFrom;
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
      case 'printed_call':
        if (!this.calls.isTool(textOf(payload.call_id))) this.addItem(payload, number, at);
        return;
      case 'turn_total':
        this.addTurnTotal(payload, number, at);
        return;
      case 'token_usage_record':
        this.addTokens(this.tokens.ofRecord(payload), number, at);
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
      metadata: {
        ...meta,
        ...(parentOf(meta) === null ? {} : { parent_session_id: parentOf(meta) }),
        ...(this.copies === 0 ? {} : { calls_counted_elsewhere: this.copies }),
      },
    });
  }

  get thread(): string {
    return textOf(this.place.meta.id) ?? this.place.sessionId;
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
    if (role !== 'user') {
      this.say({ ordinal, role: 'system', author: role, content: text, at });
      return;
    }
    const { injected, typed } = userTexts(payload.content);
    // Its event may have come first.
    if (typed !== '' && !this.isSaid(typed)) this.startTurn(typed, number, at);
    const author = injectedLabel(injected[0] ?? '');
    if (injected.length > 0)
      this.say({ ordinal: number * slots, role: 'system', author, content: injected.join('\n\n'), at });
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
    for (const part of parts) this.said.add(essence(part));
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
        this.addTokens(this.tokens.ofCount(payload), number, at);
        return;
      case 'item_completed':
        this.addCompletedItem(jsonOf(payload.item), number, at);
        return;
      case 'thread_settings_applied':
        this.context = { ...this.context, ...settingsOf(jsonOf(payload.thread_settings)) };
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
        this.lastError = textOf(jsonOf(payload.error).message) ?? this.lastError;
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
      case 'turn_failed': {
        const message = textOf(payload.message) ?? type;
        // An error before it said the same.
        if (message !== this.lastError) this.addEvent({ ...payload, type: 'error', message }, number, at);
        this.endPrintedTurn(at);
        return;
      }
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

  /** Newer versions tell what was said by the interface's items too, and what a tool did that an item of the model asked for. */
  private addCompletedItem(item: Json, number: number, at: string | null): void {
    const type = (textOf(item.type) ?? 'item').toLowerCase().replaceAll('_', '');
    const text = textOf(item.text) ?? partTexts(item.content);
    const ordinal = number * slots + 1;
    if (type === 'usermessage') this.addUserEvent({ message: text }, number, at);
    else if (type === 'agentmessage')
      this.echoes.push({ ordinal, role: 'assistant', author: null, content: text, at });
    else if (type === 'reasoning') {
      for (const part of [...listOf(item.summary_text), ...listOf(item.raw_content)])
        if (typeof part === 'string')
          this.echoes.push({ ordinal, role: 'other', author: 'thinking', content: part, at });
    } else if (!this.calls.isTool(textOf(item.id)) && !this.calls.isTool(textOf(item.call_id)))
      this.addOther(`item ${textOf(item.type) ?? ''}`.trim(), item, number, at);
  }

  /** A prompt that no item has said yet: items come before their events, or have none in the shortest logs. */
  private addUserEvent(payload: Json, number: number, at: string | null): void {
    const text = textOf(payload.message);
    if (text === null || this.isSaid(text) || injectedLabel(text) !== null) return;
    this.startTurn(text, number, at);
  }

  private addTokens(told: AnswerTokens | undefined, number: number, at: string | null): void {
    if (told === undefined) return;
    const { name, ...tokens } = told;
    const countedIn = this.isInherited
      ? (parentOf(this.place.meta) ?? 'the thread that started it')
      : this.countedElsewhere(name, at);
    if (countedIn !== undefined) this.copies += 1;
    this.calls.addUsage({ ...tokens, countedIn }, number, at, this.callContext);
    this.isAnswered = true;
  }

  private countedElsewhere(name: string | null, at: string | null): string | undefined {
    const { counted, file } = this.place;
    const total = this.tokens.reached;
    if (total !== undefined) {
      const reached = { thread: this.thread, file, isPrinted: false, total };
      counted.threads.reach(reached);
      const printed = counted.threads.printedIn(reached);
      if (printed !== undefined) return printed;
    }
    return name === null ? undefined : counted.countedElsewhere(name, this.lineageAt(at), file);
  }

  /** What is older than a subagent, or stamped as it was started, may be a copy of the thread that started it; no answer comes that soon. */
  private lineageAt(at: string | null): Iterable<string> {
    const parent = parentOf(this.place.meta);
    const [created, told] = [msOf(this.createdAt), msOf(at)];
    const isCopy = created !== null && told !== null && told <= created + SOONEST_ANSWER_MS;
    return parent !== null && isCopy ? [...this.lineage, parent] : this.lineage;
  }

  /** `codex exec` says at the end of a turn what the whole thread took so far, never of which answer. */
  private addTurnTotal(total: Json, number: number, at: string | null): void {
    const { file, counted } = this.place;
    const reached = { thread: this.thread, file, isPrinted: true, total };
    const others = counted.threads.before(reached);
    counted.threads.reach(reached);
    const usage = this.tokens.ofTurn(total, others?.total);
    if (others?.isAll === true) this.copies += 1;
    this.calls.addTotal(others?.isAll === true ? undefined : usage, number, at, this.callContext);
    this.isAnswered = true;
    this.lastError = null;
    this.endPrintedTurn(at);
  }

  private endPrintedTurn(at: string | null): void {
    this.endTurn();
    this.session.endTurn(at);
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
    this.said.add(essence(message.content));
    this.session.say(message);
  }

  private isSaid(text: string): boolean {
    return this.said.has(essence(text));
  }

  private endTurn(): void {
    for (const echo of this.echoes) if (!this.isSaid(echo.content)) this.say(echo);
    this.echoes = [];
    this.said.clear();
    this.calls.flush(this.provider);
  }
}
