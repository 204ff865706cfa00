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
  type Usage,
  utcOf,
} from '../agent-session';
import type { ClaudeLine } from './line';

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
  lastLine: number;
  at: string | null;
  model: string | null;
  rawUsage: Json | undefined;
  usage: Usage | undefined;
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
    call.model = textOf(message.model) ?? call.model;
    call.finishReason = textOf(message.stop_reason) ?? call.finishReason;
    call.costUsd = amountOf(line.raw.costUSD) ?? call.costUsd;
    call.durationMs = amountOf(line.raw.durationMs) ?? call.durationMs;
    const usage = anthropicUsage(message.usage);
    // The lines of one answer repeat its usage; while it streams the output grows.
    if (usage !== undefined && (usage.output_tokens ?? 0n) >= (call.usage?.output_tokens ?? 0n)) {
      call.usage = usage;
      call.rawUsage = jsonOf(message.usage);
    }
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

  /** A tool of the last answers still has no result. */
  get isWaiting(): boolean {
    return this.tools.size > 0;
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
    const call: OpenCall = {
      ordinal: number * slots + slots - 1,
      stepKey: this.session.markAnswered(number * slots, line.at),
      systemId: from.systemId,
      countedIn: again ? 'the row before' : from.countedIn,
      lastLine: number,
      at: line.at,
      model: null,
      rawUsage: undefined,
      usage: undefined,
      costUsd: null,
      durationMs: null,
      finishReason: null,
      lines: 0,
      tools: [],
      notes: { request_id: line.raw.requestId, message_id: line.message?.id, uuid: line.uuid },
    };
    this.open.set(from.key, call);
    const [oldest] = this.open.keys();
    if (this.open.size > MOST_OPEN && oldest !== undefined) this.write(oldest);
    return call;
  }

  private write(key: string): void {
    const call = this.open.get(key);
    if (call === undefined) return;
    this.open.delete(key);
    this.written.add(key);
    for (const { callId } of call.tools) if (callId !== null) this.tools.delete(callId);
    const { usage, rawUsage, durationMs } = call;
    const hourly = usage === undefined ? null : hourCacheCost(usage, rawUsage ?? {}, call.model);
    this.session.call({
      ordinal: call.ordinal,
      sequence: call.lastLine * slots + slots - 1,
      stepKey: call.stepKey,
      // Where the log says how long it took, it began so much earlier; else all that is known is when it was complete.
      at: durationMs === null ? call.at : before(call.at, durationMs),
      model: call.model,
      provider: 'anthropic',
      usage: usage ?? null,
      costUsd: call.costUsd ?? hourly,
      isPriced: call.costUsd === null,
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
