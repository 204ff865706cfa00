/** What a program tells the tracer. Times default to now; what is not known is left out. */

export interface ExperimentInput {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly at?: Date;
  /** The systems it tries, with the version where there is one. */
  readonly systems?: readonly { readonly systemId: string; readonly versionId?: string }[];
}

export interface SystemInput {
  readonly id: string;
  readonly name: string;
  readonly type?: 'agent' | 'environment' | 'runtime';
  readonly description?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly at?: Date;
  readonly versions?: readonly SystemVersionInput[];
}

export interface SystemVersionInput {
  readonly id: string;
  readonly number: string;
  readonly commit?: string;
  readonly configuration?: Readonly<Record<string, unknown>>;
  readonly at?: Date;
}

export interface SessionInput {
  /** Made when left out. */
  readonly id?: string;
  readonly title?: string;
  readonly experimentId?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly at?: Date;
}

export interface StepInput {
  /** Unique in its session; `step_<index>` when left out. */
  readonly id?: string;
  /** Counted from 0 when left out. */
  readonly index?: number;
  readonly turn?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly at?: Date;
}

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly text: string;
}

export interface ToolCall {
  readonly name: string;
  readonly arguments: unknown;
  readonly callId: string;
}

export interface ToolResult {
  readonly callId: string;
  readonly output: string;
  readonly isError?: boolean;
  readonly durationMs?: number;
}

export interface LmCallInput {
  readonly model: string;
  readonly provider?: string;
  /** The system instance that called, e.g. `llm:planner`. */
  readonly system?: string;
  readonly apiType?: 'chat_completions' | 'responses' | 'completions' | 'messages';
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly totalTokens?: number;
  readonly cacheReadTokens?: number;
  readonly cacheWriteTokens?: number;
  readonly reasoningTokens?: number;
  /** Exact dollars. The column keeps whole cents, truncated, as tracing v3 does; the call record keeps this. */
  readonly costUsd?: number;
  readonly latencyMs?: number;
  readonly requestParams?: Readonly<Record<string, unknown>>;
  readonly inputMessages?: readonly ChatMessage[];
  readonly outputMessages?: readonly ChatMessage[];
  readonly toolCalls?: readonly ToolCall[];
  readonly toolResults?: readonly ToolResult[];
  readonly finishReason?: string;
  readonly error?: string;
  /** `false` keeps the columns only, as some recorders do. */
  readonly keepRecord?: boolean;
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** When the answer was there. */
  readonly at?: Date;
}

export interface EnvironmentInput {
  readonly system?: string;
  readonly reward?: number;
  readonly terminated?: boolean;
  readonly truncated?: boolean;
  readonly stateBefore?: unknown;
  readonly stateAfter?: unknown;
  readonly latencyMs?: number;
  readonly error?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly at?: Date;
}

export interface RuntimeInput {
  readonly system?: string;
  readonly actions: readonly unknown[];
  readonly latencyMs?: number;
  readonly error?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly at?: Date;
}

export interface MessageInput {
  readonly role: 'user' | 'assistant' | 'system' | 'tool_use' | 'tool_result';
  readonly content: string;
  /** Who speaks, where several do (`agent_a`). */
  readonly author?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly at?: Date;
}

/** An event that was recorded, to reward it later. */
export interface EventHandle {
  readonly spanId: string;
}

export interface EventRewardInput {
  readonly event: EventHandle;
  readonly value: number;
  readonly type?: string;
  readonly key?: string;
  readonly turn?: number;
  readonly annotation?: string;
  readonly source?: string;
  readonly at?: Date;
}

export interface OutcomeInput {
  readonly totalReward: number;
  readonly achievements?: number;
  readonly steps?: number;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly at?: Date;
}
