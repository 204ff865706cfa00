import {
  type AgentRows,
  AgentSession,
  anthropicUsage,
  longestInlineResult,
  openAiUsage,
  type ToolCall,
  textOf,
  titleOf,
} from '../agent-session';
import type { Answer } from './answers';
import type { Exchange } from './exchange';
import { History, type NewSaying, parametersOf } from './history';

interface OpenCall {
  readonly write: () => void;
  readonly tools: readonly ToolCall[];
}

/** Answers that wait for their tools' results; the oldest is written when there are more. */
const MOST_OPEN = 64;

/** The exchanges of one recording, in file order. */
export class TapTrace {
  private readonly session: AgentSession;
  private readonly history = new History();
  private readonly waiting: OpenCall[] = [];
  private readonly tools = new Map<string, ToolCall>();
  private title: string | null = null;
  private lastError: string | null = null;
  private isAnswered = false;
  private readonly notes: Record<string, unknown> = {};
  private rowCount = 0;

  constructor(rows: AgentRows, id: string) {
    this.session = new AgentSession(rows, id);
  }

  add(exchange: Exchange): void {
    this.session.touch(exchange.at);
    this.session.touch(exchange.endedAt);
    const { requests, answers } = exchange;
    if (
      requests.length === 0 ||
      (answers.length === 0 && exchange.error === null && !requests.some(isAsked))
    ) {
      this.addOther(exchange);
      return;
    }
    for (let at = 0; at < Math.max(requests.length, answers.length); at++) {
      const request = requests[at] ?? requests.at(-1) ?? {};
      if (at < requests.length) for (const saying of this.history.newIn(request)) this.say(saying, exchange);
      const answer = answers[at];
      if (answer !== undefined) this.answer(answer, exchange, { request, isFirst: at === 0 });
    }
    if (answers.length === 0) this.fail(exchange, requests.at(-1)?.model);
  }

  finish(): void {
    const isWaiting = this.tools.size > 0;
    for (const { write } of this.waiting.splice(0)) write();
    const isDone = this.isAnswered && !isWaiting;
    this.session.endTurn(isDone ? this.session.times.last : null);
    this.isAnswered = isDone;
    this.addSession();
  }

  addSession(): void {
    const status = this.lastError !== null ? 'error' : this.isAnswered ? 'completed' : 'unknown';
    this.session.addSession({
      experimentId: null,
      title: this.title,
      status,
      error: this.lastError,
      metadata: this.notes,
    });
  }

  private say(saying: NewSaying, { at }: Exchange): void {
    const ordinal = this.place();
    switch (saying.kind) {
      case 'text':
        if (saying.isPrompt) this.startTurn(saying.text, ordinal, at);
        this.session.say({ ordinal, role: saying.role, author: saying.author, content: saying.text, at });
        return;
      case 'tool':
        this.session.say({
          ordinal,
          role: 'tool_use',
          author: saying.name,
          content: saying.arguments,
          at,
          metadata: { call_id: saying.callId },
        });
        return;
      case 'result':
        this.addResult(saying, ordinal, at);
    }
  }

  private startTurn(text: string, ordinal: number, at: string | null): void {
    for (const { write } of this.waiting.splice(0)) write();
    this.tools.clear();
    this.session.startTurn(ordinal, at);
    this.title ??= titleOf(text);
    this.isAnswered = false;
  }

  private addResult(
    result: Extract<NewSaying, { kind: 'result' }>,
    ordinal: number,
    at: string | null,
  ): void {
    const { callId, text, isError } = result;
    const tool = callId === null ? undefined : this.tools.get(callId);
    if (callId !== null) this.tools.delete(callId);
    if (isError) {
      this.session.happen({
        ordinal,
        type: 'environment',
        name: tool?.name ?? 'tool',
        at,
        error: text === '' ? 'The tool failed.' : text,
      });
      if (tool !== undefined) tool.result = { text: 'failed', isError };
    } else if (tool !== undefined && text.length <= longestInlineResult) tool.result = { text, isError };
    else {
      if (tool !== undefined)
        tool.result = {
          text: `${text.length.toLocaleString('en-US')} characters, in the message below`,
          isError,
        };
      this.session.say({
        ordinal,
        role: 'tool_result',
        author: tool?.name ?? null,
        content: text,
        at,
        metadata: { call_id: callId },
      });
    }
  }

  private answer(
    answer: Answer,
    exchange: Exchange,
    { request, isFirst }: { readonly request: Exchange['requests'][number]; readonly isFirst: boolean },
  ): void {
    const { at, endedAt, provider } = exchange;
    const callOrdinal = this.place();
    const stepKey = this.session.markAnswered(callOrdinal, at);
    const tools: ToolCall[] = answer.tools.map((tool) => ({ ...tool }));
    for (const tool of tools) if (tool.callId !== null) this.tools.set(tool.callId, tool);
    this.history.answered(
      answer.text,
      tools.map(({ callId }) => callId),
    );
    if (answer.thinking !== '')
      this.session.say({
        ordinal: this.place(),
        role: 'other',
        author: 'thinking',
        content: answer.thinking,
        at: endedAt,
      });
    if (answer.text !== '')
      this.session.say({
        ordinal: this.place(),
        role: 'assistant',
        author: null,
        content: answer.text,
        at: endedAt,
      });
    const isAnthropic = 'cache_read_input_tokens' in answer.usage || provider === 'anthropic';
    const usage = isAnthropic ? anthropicUsage(answer.usage) : openAiUsage(answer.usage);
    const hasUsage = usage !== undefined;
    const write = () =>
      this.session.call({
        ordinal: callOrdinal,
        sequence: callOrdinal,
        stepKey,
        at,
        model: answer.model ?? textOf(request.model),
        provider,
        usage: usage ?? null,
        costUsd: null,
        // Several answers of one socket: the time is of all of them.
        latencyMs: exchange.answers.length === 1 ? exchange.durationMs : null,
        systemId: null,
        tools,
        finishReason: answer.finishReason,
        error: isFirst ? exchange.error : null,
        record: { request_params: parametersOf(request), ...(hasUsage ? { usage: answer.usage } : {}) },
        metadata: {
          ...exchange.notes,
          usage_convention: isAnthropic ? 'input excludes cached' : 'input includes cached',
        },
      });
    this.waiting.push({ write, tools });
    if (this.waiting.length > MOST_OPEN) this.waiting.shift()?.write();
    this.lastError = exchange.error;
    this.isAnswered = exchange.error === null;
  }

  /** A call that brought nothing but an error, or nothing that could be read. */
  private fail(exchange: Exchange, model: unknown): void {
    const ordinal = this.place();
    const error = exchange.error ?? 'The response holds no answer.';
    this.session.call({
      ordinal,
      sequence: ordinal,
      stepKey: this.session.markAnswered(ordinal, exchange.at),
      at: exchange.at,
      model: textOf(model),
      provider: exchange.provider,
      usage: null,
      costUsd: null,
      latencyMs: exchange.durationMs,
      systemId: null,
      tools: [],
      finishReason: null,
      error,
      metadata: exchange.notes,
    });
    this.lastError = error;
    this.isAnswered = false;
  }

  private addOther(exchange: Exchange): void {
    const { at, name, error, durationMs, notes } = exchange;
    this.session.happen({
      ordinal: this.place(),
      type: 'other',
      name,
      at,
      error,
      latencyMs: durationMs,
      metadata: notes,
    });
  }

  /** The next number: the same at every reading, as a recording only grows at its end. */
  private place(): number {
    this.rowCount += 1;
    return this.rowCount;
  }
}

function isAsked(body: Exchange['requests'][number]): boolean {
  return (
    textOf(body.model) !== null && ('messages' in body || 'input' in body) && body.max_tokens !== undefined
  );
}
