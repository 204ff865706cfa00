import {
  type AgentRows,
  AgentSession,
  amountOf,
  argumentsText,
  isJson,
  type Json,
  jsonOf,
  longestInlineResult,
  sayOddCounts,
  type ToolCall,
  textOf,
  titleOf,
  utcOf,
} from '../agent-session';
import { type KindRows, sayUnknownKind } from '../unknown-kinds';
import type { Answers } from './forks';
import type { OpenCodeMessage, OpenCodeSession } from './records';
import { type StepUsage, stepUsage } from './tokens';

/** Parts of no content, of all versions. */
const PARTS = new Set([
  'compaction',
  'file',
  'patch',
  'reasoning',
  'retry',
  'snapshot',
  'step-finish',
  'step-start',
  'subtask',
  'text',
  'agent',
  'tool',
  // Messages of their own where a message is one row.
  'agent-switched',
  'idle',
  'location-switched',
  'model-switched',
  'shell',
]);

interface Speaking {
  readonly info: Json;
  readonly at: string | null;
  readonly provider: string | null;
  readonly model: string | null;
  readonly agent: string | null;
  /** The session that this one was forked from, where it has the answer too. */
  readonly copiedFrom: string | undefined;
}

/** One session of OpenCode: its messages in order, each step of an answer an LM call. */
export class OpenCodeConversation {
  private readonly session: AgentSession;
  private prompt: string | null = null;
  private lastError: string | null = null;
  private isAnswered = false;
  private forkedFrom: string | null = null;
  /** Answers that another session counts. */
  copies = 0;
  private tools: ToolCall[] = [];
  /** Rows that stand below the call that is being read. */
  private readonly afterCall: (() => void)[] = [];
  /** The last call waits: it takes what only the session says. */
  private pending: ((totals: StepUsage | undefined) => void) | undefined;

  constructor(
    readonly record: OpenCodeSession,
    rows: AgentRows,
    private readonly reading: {
      /** A number that was not given before, each time larger. */
      readonly place: () => number;
      readonly answers: Answers;
      readonly kinds: KindRows;
    },
  ) {
    this.session = new AgentSession(rows, record.id);
  }

  write(): void {
    for (const message of this.record.messages) this.add(message);
    this.finish();
  }

  /** After the last message. */
  finish(): void {
    const { record } = this;
    this.session.touch(utcOf(record.created));
    this.writeLastCall(record.totals ?? undefined);
    this.session.endTurn(this.isAnswered ? this.session.times.last : null);
    const status = this.lastError !== null ? 'error' : this.isAnswered ? 'completed' : 'unknown';
    this.session.addSession({
      experimentId: record.directory,
      title: record.title ?? this.prompt,
      status,
      error: this.lastError,
      metadata: {
        ...record.notes,
        ...(record.parentId === null ? {} : { parent_session_id: record.parentId }),
        ...(this.forkedFrom === null
          ? {}
          : { forked_from: this.forkedFrom, calls_counted_elsewhere: this.copies }),
      },
    });
  }

  /** What only the session says stands at its last call; of a session without one it stands alone. */
  private writeLastCall(totals: StepUsage | undefined): void {
    this.pending?.(totals);
    if (this.pending !== undefined || totals === undefined) return;
    const { usage, costUsd, convention } = totals;
    if (usage === null && costUsd === null) return;
    this.session.happen({
      ordinal: this.place(),
      type: 'runtime',
      name: 'session, all calls',
      at: null,
      took: { model: null, provider: null, usage, costUsd },
      metadata: { usage_convention: convention },
    });
  }

  private place(): number {
    return this.reading.place();
  }

  add({ info, parts }: OpenCodeMessage): void {
    const time = jsonOf(info.time);
    const model = jsonOf(info.model);
    const copiedFrom =
      info.role === 'assistant' ? this.reading.answers.copiedFrom(info, this.record.id) : undefined;
    if (copiedFrom !== undefined) {
      this.forkedFrom = copiedFrom;
      this.copies += 1;
    }
    const speaking: Speaking = {
      info,
      copiedFrom,
      at: utcOf(time.created),
      provider: textOf(info.providerID) ?? textOf(model.providerID),
      model: textOf(info.modelID) ?? textOf(model.modelID) ?? textOf(info.model),
      agent: textOf(info.agent) ?? textOf(info.mode),
    };
    this.session.touch(utcOf(time.completed));
    if (info.role === 'assistant') this.addAnswer(speaking, parts);
    else this.addPrompt(speaking, parts);
  }

  private addPrompt({ info, at }: Speaking, parts: readonly Json[]): void {
    for (const part of parts) {
      const text = partText(part);
      if (text === null) this.addOther(part, at);
      else if (part.synthetic === true || info.role === 'system')
        this.session.say({
          ordinal: this.place(),
          role: 'system',
          author: info.summary === true ? 'compact summary' : 'synthetic',
          content: text,
          at,
        });
      else {
        const ordinal = this.place();
        if (info.role === 'user') this.startTurn(text, ordinal, at);
        this.session.say({ ordinal, role: 'user', author: null, content: text, at });
      }
    }
  }

  private startTurn(text: string, ordinal: number, at: string | null): void {
    this.session.startTurn(ordinal, at);
    this.prompt ??= titleOf(text);
    this.isAnswered = false;
    this.lastError = null;
  }

  private addAnswer(speaking: Speaking, parts: readonly Json[]): void {
    const { info, at } = speaking;
    // Where steps do not say what they took, their message does.
    const isToldOnce = !parts.some((part) => part.type === 'step-finish' && isJson(part.tokens));
    const last = parts.findLast(({ type }) => type === 'step-finish');
    let steps = 0;
    let isOpen = parts.length === 0;
    for (const part of parts) {
      if (part.type === 'step-finish') {
        const { tokens, cost } = isToldOnce && part === last ? info : part;
        this.addCall(
          speaking,
          { ...part, tokens, cost },
          steps === 0 && !parts.some(({ type }) => type === 'tool'),
        );
        steps += 1;
        isOpen = false;
      } else if (part.type !== 'step-start') {
        isOpen = this.addPart(part, speaking) || isOpen;
      }
    }
    // An answer that was broken off, or of a version that keeps tokens at the message alone.
    const isCall = isOpen && (steps === 0 || this.tools.length > 0);
    if (isCall) this.addCall(speaking, steps === 0 ? info : {}, this.tools.length === 0);
    this.isAnswered = this.lastError === null;
    this.addFailure(jsonOf(info.error), at);
  }

  /** True: it is a part of what the model gave. */
  private addPart(part: Json, { at, info }: Speaking): boolean {
    const text = textOf(part.text);
    switch (part.type) {
      case 'text':
        if (text !== null)
          this.session.say({
            ordinal: this.place(),
            role: part.synthetic === true ? 'system' : 'assistant',
            author: info.summary === true ? 'compact summary' : null,
            content: text,
            at,
          });
        return text !== null;
      case 'reasoning':
        if (text !== null)
          this.session.say({ ordinal: this.place(), role: 'other', author: 'thinking', content: text, at });
        return text !== null;
      case 'tool':
        this.addTool(part, at);
        return true;
      case 'failure':
        this.addFailure({ name: 'error', message: part.message }, at);
        return false;
      default:
        this.addOther(part, at);
        return false;
    }
  }

  private addTool(part: Json, at: string | null): void {
    const state = jsonOf(part.state);
    const name = textOf(part.tool) ?? 'tool';
    const tool: ToolCall = { callId: textOf(part.callID), name, arguments: argumentsText(state.input) };
    const output = textOf(state.output) ?? '';
    const time = jsonOf(state.time);
    const [start, end] = [amountOf(time.start), amountOf(time.end)];
    const durationMs = start === null || end === null || end < start ? null : end - start;
    this.tools.push(tool);
    if (state.status === 'error') {
      tool.result = { text: 'failed', isError: true };
      const error = textOf(state.error) ?? 'The tool failed.';
      this.afterCall.push(() => {
        const ordinal = this.place();
        this.session.happen({ ordinal, type: 'environment', name, at, error, latencyMs: durationMs });
      });
      return;
    }
    if (state.status !== 'completed') return;
    const details = { title: state.title, duration_ms: durationMs };
    if (output.length <= longestInlineResult) tool.result = { text: output, isError: false, details };
    else {
      const size = output.length.toLocaleString('en-US');
      tool.result = { text: `${size} characters, in the message below`, isError: false, details };
      this.afterCall.push(() => {
        this.session.say({ ordinal: this.place(), role: 'tool_result', author: name, content: output, at });
      });
    }
  }

  private addCall(speaking: Speaking, record: Json, isTimed: boolean): void {
    this.flush();
    sayOddCounts(this.reading.kinds, record.tokens, `session ${this.record.id}`);
    const { info, at, provider, model, agent, copiedFrom } = speaking;
    const ordinal = this.place();
    const stepKey = this.session.markAnswered(ordinal, at);
    const time = jsonOf(info.time);
    const [created, completed] = [amountOf(time.created), amountOf(time.completed)];
    const isKnown = isTimed && created !== null && completed !== null && completed >= created;
    const tools = this.tools;
    const own = stepUsage(record, provider, model);
    this.tools = [];
    for (const add of this.afterCall.splice(0)) add();
    this.pending = (totals) => {
      const { usage, costUsd, convention } = own.usage === null && totals !== undefined ? totals : own;
      this.session.call({
        ordinal,
        sequence: ordinal,
        stepKey,
        at,
        model,
        provider,
        usage,
        costUsd,
        // With tools in it the time is theirs too.
        latencyMs: isKnown ? completed - created : null,
        systemId: agent === null ? null : `opencode ${agent}`,
        tools,
        finishReason: textOf(record.reason) ?? textOf(info.finish),
        countedIn: copiedFrom,
        record: usage === null ? {} : { usage: record.tokens ?? { ...usage } },
        metadata: { message_id: info.id, usage_convention: usage === null ? undefined : convention },
      });
    };
  }

  private flush(): void {
    this.pending?.(undefined);
    this.pending = undefined;
  }

  private addFailure(error: Json, at: string | null): void {
    const name = textOf(error.name);
    if (name === null) return;
    const message = textOf(jsonOf(error.data).message) ?? textOf(error.message) ?? name;
    this.isAnswered = false;
    if (!/Abort/.test(name)) this.lastError = message;
    this.session.happen({
      ordinal: this.place(),
      type: 'runtime',
      name,
      at,
      error: message,
      metadata: error,
    });
  }

  private addOther(part: Json, at: string | null): void {
    const isRetry = part.type === 'retry';
    const kind = textOf(part.type) ?? 'part';
    if (!PARTS.has(kind)) sayUnknownKind(this.reading.kinds, 'Parts', kind, `session ${this.record.id}`);
    const failure = jsonOf(part.error);
    this.session.happen({
      ordinal: this.place(),
      type: isRetry ? 'runtime' : 'other',
      name: kind,
      at,
      error: isRetry ? (textOf(jsonOf(failure.data).message) ?? textOf(failure.name) ?? 'retry') : null,
      metadata: part,
    });
  }
}

/** What a part of a prompt says; null: it is something else. */
function partText(part: Json): string | null {
  switch (part.type) {
    case 'text':
      return textOf(part.text);
    case 'file':
      return `[file: ${[textOf(part.filename), textOf(part.mime)].filter((one) => one !== null).join(', ')}]`;
    case 'agent':
      return `@${textOf(part.name) ?? 'agent'}`;
    case 'subtask':
      return textOf(part.prompt) ?? textOf(part.description);
    case 'tool_result':
      return textOf(jsonOf(part.data).content);
    default:
      return null;
  }
}
