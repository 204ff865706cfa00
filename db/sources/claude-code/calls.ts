import {
  type AgentSession,
  amountOf,
  anthropicUsage,
  argumentsText,
  hourCacheCost,
  type Json,
  jsonOf,
  longestInlineResult,
  msOf,
  slots,
  type ToolCall,
  textOf,
  utcOf,
} from '../agent-session';
import { type ClaudeLine, isPrintedLine } from './line';
import {
  type CallTokens,
  type ModelTotal,
  PrintedTotals,
  settle,
  streamedOutput,
  withOutput,
} from './printed';

/** Answers that may still get lines or results; the oldest is written when there are more. */
const MOST_OPEN = 64;
/** What a tool says beside its text is kept up to here. */
const MOST_DETAILS = 20_000;
const USAGE_NOTE = 'input excludes cached';

interface OpenCall {
  readonly ordinal: number;
  readonly stepKey: bigint | null;
  readonly systemId: string;
  readonly countedIn: string | undefined;
  readonly tokens: CallTokens;
  readonly isPrinted: boolean;
  lastLine: number;
  at: string | null;
  rawUsage: Json | undefined;
  costUsd: number | null;
  durationMs: number | null;
  finishReason: string | null;
  lines: number;
  readonly tools: ToolCall[];
  readonly notes: Json;
}

export interface ToolAnswer {
  readonly callId: string | null;
  readonly text: string;
  readonly isError: boolean;
  readonly details: unknown;
  /** Where a row of its own may stand. */
  readonly ordinal: number;
  readonly at: string | null;
}

/** The answers of the model: one for all lines of the same response, with the results that come later. */
export class ModelCalls {
  private readonly open = new Map<string, OpenCall>();
  private readonly tools = new Map<string, { readonly call: string; readonly tool: ToolCall }>();
  /** Answers that were written when another line of them came. */
  private readonly written = new Set<string>();
  private readonly totals = new PrintedTotals();
  /** The calls since the last `result`. */
  private unsettled: CallTokens[] = [];
  /** The message that is being streamed, of the session itself (null) and of each subagent. */
  private readonly streaming = new Map<string | null, string>();

  constructor(private readonly session: AgentSession) {}

  /** Takes a line of an answer. `number` counts from 1. */
  add(
    line: ClaudeLine,
    number: number,
    from: { key: string; systemId: string; countedIn: string | undefined },
  ): void {
    const call = this.open.get(from.key) ?? this.begin(line, number, from);
    const message = jsonOf(line.message);
    call.lastLine = number;
    call.lines += 1;
    call.at = line.at ?? call.at;
    const { tokens } = call;
    tokens.model = textOf(message.model) ?? tokens.model;
    call.finishReason = textOf(message.stop_reason) ?? call.finishReason;
    call.costUsd = amountOf(line.raw.costUSD) ?? call.costUsd;
    call.durationMs = amountOf(line.raw.durationMs) ?? call.durationMs;
    const usage = anthropicUsage(message.usage);
    // The lines of one answer repeat its usage; while it streams the output grows.
    if (usage !== undefined && (usage.output_tokens ?? 0n) >= (tokens.usage?.output_tokens ?? 0n)) {
      tokens.usage = usage;
      call.rawUsage = jsonOf(message.usage);
    }
    tokens.isOutputFinal ||= call.finishReason !== null;
  }

  addTool(key: string, block: Json): void {
    const call = this.open.get(key);
    const callId = textOf(block.id);
    if (call === undefined || (callId !== null && this.tools.has(callId))) return;
    const tool: ToolCall = {
      callId,
      name: textOf(block.name) ?? 'tool',
      arguments: argumentsText(block.input),
    };
    call.tools.push(tool);
    if (callId !== null) this.tools.set(callId, { call: key, tool });
  }

  /** Gives a tool its result. What is too long, has failed or belongs to no call gets a row of its own. */
  answer(answer: ToolAnswer): void {
    const { callId, text, isError, ordinal, at } = answer;
    const tool = callId === null ? undefined : this.tools.get(callId)?.tool;
    if (callId !== null) this.tools.delete(callId);
    if (isError) {
      const name = tool?.name ?? 'tool';
      this.session.happen({
        ordinal,
        type: 'environment',
        name,
        at,
        error: text === '' ? 'The tool failed.' : text,
      });
      if (tool !== undefined) tool.result = { text: 'failed', isError, ...detailsOf(answer.details) };
      return;
    }
    if (tool !== undefined && text.length <= longestInlineResult) {
      tool.result = { text, isError, ...detailsOf(answer.details) };
      return;
    }
    if (tool !== undefined) {
      const length = text.length.toLocaleString('en-US');
      tool.result = { text: `${length} characters, in the message below`, isError };
    }
    const author = tool?.name ?? null;
    this.session.say({
      ordinal,
      role: 'tool_result',
      author,
      content: text,
      at,
      metadata: { tool_use_id: callId },
    });
  }

  /** Answers of which nothing says how many tokens they came to. */
  get withoutOutput(): number {
    return this.unsettled.filter(({ isOutputFinal, usage }) => !isOutputFinal && usage !== undefined).length;
  }

  /** A tool of the last answers still has no result. */
  get isWaiting(): boolean {
    return this.tools.size > 0;
  }

  /** An event of the stream of an answer, which `claude -p` prints between the lines when it is asked to. */
  addStreamEvent(raw: Json): void {
    const event = jsonOf(raw.event);
    const stream = textOf(raw.parent_tool_use_id);
    const id = textOf(jsonOf(event.message).id);
    if (id !== null) this.streaming.set(stream, id);
    const output = streamedOutput(event);
    if (output === undefined) return;
    const message = this.streaming.get(stream);
    const call = [...this.open.values()].findLast(({ notes }) => notes.message_id === message);
    if (call?.tokens.usage === undefined) return;
    call.tokens.usage = withOutput(call.tokens.usage, output);
    call.tokens.isOutputFinal = true;
  }

  /** Ends the calls with the line that says what they took; gives back what they do not say themselves. */
  settle(result: Json): readonly ModelTotal[] {
    const calls = this.unsettled;
    this.unsettled = [];
    const isCopy = calls.some(({ isCountedElsewhere }) => isCountedElsewhere);
    const found = this.totals.of(result, calls);
    const totals = isCopy ? [] : settle(found, calls);
    this.flush();
    return totals;
  }

  flush(): void {
    for (const key of [...this.open.keys()]) this.write(key);
  }

  private begin(
    line: ClaudeLine,
    number: number,
    from: { key: string; systemId: string; countedIn: string | undefined },
  ): OpenCall {
    const again = this.written.has(from.key);
    const isPrinted = isPrintedLine(line);
    const countedIn = again ? 'the row before' : from.countedIn;
    const tokens: CallTokens = {
      model: null,
      usage: undefined,
      isOutputFinal: !isPrinted,
      isWritten: false,
      isCountedElsewhere: from.countedIn !== undefined,
      isSettled: false,
      hasOwnCost: true,
      costUsd: null,
    };
    if (isPrinted && countedIn !== 'the row before') this.unsettled.push(tokens);
    const call: OpenCall = {
      ordinal: number * slots + slots - 1,
      stepKey: this.session.markAnswered(number * slots, line.at),
      systemId: from.systemId,
      countedIn,
      tokens,
      isPrinted,
      lastLine: number,
      at: line.at,
      rawUsage: undefined,
      costUsd: null,
      durationMs: null,
      finishReason: null,
      lines: 0,
      tools: [],
      notes: { request_id: line.raw.requestId, message_id: line.message?.id, uuid: line.uuid },
    };
    this.open.set(from.key, call);
    const [oldest] = this.open.keys();
    if (this.open.size > MOST_OPEN && oldest !== undefined) this.writeEarly(oldest);
    return call;
  }

  /** What it cost may be in a total that is still to come. */
  private writeEarly(key: string): void {
    const call = this.open.get(key);
    if (call?.isPrinted === true) call.tokens.hasOwnCost = false;
    this.write(key);
  }

  private write(key: string): void {
    const call = this.open.get(key);
    if (call === undefined) return;
    this.open.delete(key);
    this.written.add(key);
    for (const { callId } of call.tools) if (callId !== null) this.tools.delete(callId);
    const { rawUsage, durationMs, tokens } = call;
    const { model, isOutputFinal } = tokens;
    tokens.isWritten = true;
    const usage = isOutputFinal || tokens.usage === undefined ? tokens.usage : withOutput(tokens.usage, null);
    const hourly = usage === undefined ? null : hourCacheCost(usage, rawUsage ?? {}, model);
    const reported = call.costUsd ?? tokens.costUsd;
    // Several times the list price, which differs from model to model.
    const isFast = rawUsage?.speed === 'fast' && reported === null;
    this.session.call({
      ordinal: call.ordinal,
      sequence: call.lastLine * slots + slots - 1,
      stepKey: call.stepKey,
      // Where the log says how long it took, it began so much earlier; else all that is known is when it was complete.
      at: durationMs === null ? call.at : before(call.at, durationMs),
      model,
      provider: 'anthropic',
      usage: usage ?? null,
      costUsd: reported ?? hourly,
      isPriced: reported === null,
      hasOwnCost: tokens.hasOwnCost && (tokens.isSettled || isOutputFinal) && !isFast,
      latencyMs: durationMs,
      systemId: call.systemId,
      tools: call.tools,
      finishReason: call.finishReason,
      countedIn: call.countedIn,
      record: rawUsage === undefined ? {} : { usage: rawUsage },
      metadata: {
        ...call.notes,
        lines: call.lines,
        ...(usage === undefined ? {} : { usage_convention: USAGE_NOTE }),
        ...(isFast ? { cost_note: 'answered in fast mode, whose price is not known' } : {}),
        ...(isOutputFinal ? {} : { output_tokens_when_printed: rawUsage?.output_tokens }),
        ...(call.countedIn === undefined ? {} : { counted_in: call.countedIn }),
      },
    });
  }
}

function detailsOf(details: unknown): { details?: unknown } {
  if (typeof details !== 'object' || details === null) return {};
  return textLength(details, MOST_DETAILS) > MOST_DETAILS ? {} : { details };
}

/** About how long a value is as text; no further than it need be known. */
function textLength(value: unknown, most: number): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 8;
  let length = 2;
  for (const [name, inner] of Object.entries(value)) {
    length += name.length + 4 + textLength(inner, most - length);
    if (length > most) break;
  }
  return length;
}

function before(at: string | null, ms: number): string | null {
  const end = msOf(at);
  return end === null ? null : utcOf(new Date(Math.max(0, end - ms)).toISOString());
}
