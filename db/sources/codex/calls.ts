import {
  type AgentSession,
  argumentsText,
  type Json,
  jsonOf,
  longestInlineResult,
  slots,
  type ToolCall,
  textOf,
  type Usage,
} from '../agent-session';
import { outputOf } from './outputs';

interface OpenCall {
  readonly ordinal: number;
  readonly stepKey: bigint | null;
  model: string | null;
  readonly params: Json;
  lastLine: number;
  at: string | null;
  usage: Usage | undefined;
  rawUsage: unknown;
  countedIn: string | undefined;
  hasResult: boolean;
  readonly tools: ToolCall[];
}

export interface CallContext {
  readonly model: string | null;
  readonly provider: string;
  readonly params: Json;
}

export interface TokenCount {
  readonly usage: Usage;
  readonly raw: unknown;
  readonly model: string | null;
  readonly countedIn: string | undefined;
}

export interface TurnTokens {
  readonly usage: Usage;
  /** Nothing tells what its thread had taken before: of a thread that was resumed, that is among it. */
  readonly isThreadSoFar: boolean;
}

/** Answers that may still get results; the oldest is written when there are more. */
const MOST_OPEN = 64;

/** The answers of the model: the items between two token counts, or between results where there are none. */
export class RolloutCalls {
  private readonly open: OpenCall[] = [];
  private readonly tools = new Map<string, { readonly call: OpenCall; readonly tool: ToolCall }>();
  /** The answer that is still being given. */
  private current: OpenCall | undefined;

  constructor(private readonly session: AgentSession) {}

  /** An item of an answer. */
  addItem(number: number, at: string | null, context: CallContext): void {
    // After a result comes another answer.
    if (this.current?.hasResult === true) this.current = undefined;
    this.current ??= this.begin(number, at, context);
    this.current.lastLine = number;
    this.current.at = at;
  }

  addTool(payload: Json, number: number, at: string | null, context: CallContext): void {
    this.addItem(number, at, context);
    const call = this.current;
    if (call === undefined) return;
    const callId = textOf(payload.call_id) ?? textOf(payload.id);
    const type = textOf(payload.type) ?? 'tool';
    const tool: ToolCall = {
      callId,
      name: textOf(payload.name) ?? type.replace(/_call$/, ''),
      arguments: argumentsText(
        payload.arguments ?? payload.input ?? payload.action ?? payload.query ?? payload.revised_prompt,
      ),
    };
    call.tools.push(tool);
    const own = ownResult(payload);
    if (own !== undefined) tool.result = { text: own, isError: payload.status === 'failed' };
    else if (callId !== null && type !== 'web_search_call') this.tools.set(callId, { call, tool });
  }

  addResult(payload: Json, number: number, at: string | null): void {
    const callId = textOf(payload.call_id);
    const known = callId === null ? undefined : this.tools.get(callId);
    if (callId !== null) this.tools.delete(callId);
    if (known !== undefined) known.call.hasResult = true;
    const { text, isError, details } = outputOf(payload);
    const ordinal = number * slots;
    const name = known?.tool.name ?? 'tool';
    if (isError) {
      this.session.happen({
        ordinal,
        type: 'environment',
        name,
        at,
        error: text === '' ? 'The tool failed.' : text,
      });
      if (known !== undefined)
        known.tool.result = { text: 'failed', isError, ...(details === undefined ? {} : { details }) };
    } else if (known !== undefined && text.length <= longestInlineResult) {
      known.tool.result = { text, isError, ...(details === undefined ? {} : { details }) };
    } else {
      if (known !== undefined)
        known.tool.result = {
          text: `${text.length.toLocaleString('en-US')} characters, in the message below`,
          isError,
        };
      this.session.say({
        ordinal,
        role: 'tool_result',
        author: known?.tool.name ?? null,
        content: text,
        at,
        metadata: { call_id: callId },
      });
    }
  }

  /** The tokens of the answer before; of one that left nothing else, where there is none. */
  addUsage(count: TokenCount, number: number, at: string | null, context: CallContext): void {
    if (this.current === undefined || this.current.usage !== undefined) {
      const waiting = this.open.findLast((call) => call.usage === undefined);
      this.current = waiting ?? this.begin(number, at, context);
    }
    const call = this.current;
    call.usage = count.usage;
    call.rawUsage = count.raw;
    call.model = count.model ?? call.model;
    call.countedIn = count.countedIn;
    this.current = undefined;
  }

  /** What the answers of a turn took together; undefined: nobody says. */
  addTotal(turn: TurnTokens | undefined, number: number, at: string | null, context: CallContext): void {
    const { model, provider } = context;
    this.flush(provider);
    if (turn === undefined) return;
    const { usage, isThreadSoFar } = turn;
    this.session.happen({
      ordinal: number * slots + 1,
      type: 'runtime',
      name: isThreadSoFar ? 'thread so far, all calls' : 'turn, all calls',
      at,
      took: { model, provider, usage, costUsd: null },
      metadata: {
        usage_convention: 'input includes cached',
        ...(isThreadSoFar
          ? { usage_scope: 'the thread so far, with runs before this one if it was resumed' }
          : {}),
      },
    });
  }

  /** Whether a tool was called that has no result; so also after what was written. */
  get isWaiting(): boolean {
    return this.tools.size > 0;
  }

  isTool(callId: string | null): boolean {
    return callId !== null && this.open.some((call) => call.tools.some((tool) => tool.callId === callId));
  }

  flush(provider: string): void {
    for (const call of this.open.splice(0)) this.write(call, provider);
    this.tools.clear();
    this.current = undefined;
  }

  private begin(number: number, at: string | null, { model, params, provider }: CallContext): OpenCall {
    const call: OpenCall = {
      ordinal: number * slots + slots - 1,
      stepKey: this.session.markAnswered(number * slots, at),
      model,
      params,
      lastLine: number,
      at,
      usage: undefined,
      rawUsage: undefined,
      countedIn: undefined,
      hasResult: false,
      tools: [],
    };
    this.open.push(call);
    if (this.open.length > MOST_OPEN) {
      const oldest = this.open.shift();
      if (oldest !== undefined) this.write(oldest, provider);
    }
    return call;
  }

  private write(call: OpenCall, provider: string): void {
    for (const { callId } of call.tools) if (callId !== null) this.tools.delete(callId);
    this.session.call({
      ordinal: call.ordinal,
      sequence: call.lastLine * slots + slots - 1,
      stepKey: call.stepKey,
      at: call.at,
      model: call.model,
      provider,
      usage: call.usage ?? null,
      costUsd: null,
      latencyMs: null,
      systemId: 'codex',
      tools: call.tools,
      finishReason: null,
      countedIn: call.countedIn,
      record: {
        ...(call.rawUsage === undefined ? {} : { usage: jsonOf(call.rawUsage) }),
        ...(Object.keys(call.params).length === 0 ? {} : { request_params: call.params }),
      },
      metadata: call.usage === undefined ? undefined : { usage_convention: 'input includes cached' },
    });
  }
}

/** A picture comes with the call that asked for it; undefined: the result is a line of its own. */
function ownResult(payload: Json): string | undefined {
  if (payload.type !== 'image_generation_call') return undefined;
  const picture = textOf(payload.result);
  if (picture === null) return textOf(payload.status) ?? '';
  return `[image: ${Math.floor((picture.length * 3) / 4).toLocaleString('en-US')} bytes]`;
}
