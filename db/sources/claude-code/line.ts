import { isJson, type Json, jsonOf, textOf, utcOf } from '../agent-session';
import { shortName } from '../documents';

/** One entry of a Claude Code log, whatever its version: the ones that were ever written differ in which of these they have. */
export interface ClaudeLine {
  readonly type: string;
  readonly sessionId: string | null;
  readonly hasLongName: boolean;
  readonly uuid: string | null;
  readonly at: string | null;
  readonly isSidechain: boolean;
  readonly message: Json | undefined;
  readonly raw: Json;
}

/** Undefined: valid JSON, but no entry of a log. */
export function parseLine(value: unknown): ClaudeLine | undefined {
  if (!isJson(value)) return undefined;
  const message = isJson(value.message) ? value.message : undefined;
  // Logs that were cut down to what they cost have no type, some no role either.
  const said = textOf(value.sessionId) ?? textOf(value.session_id);
  const kind = textOf(value.type) ?? textOf(message?.role) ?? (isJson(message?.usage) ? 'assistant' : null);
  // Recorders of the same shape call a result of a tool by its name.
  const type = kind === 'tool_result' && message !== undefined ? 'user' : kind;
  if (type === null) return undefined;
  return {
    type,
    // Kept as long as the file is read.
    sessionId: said === null ? null : shortName(said),
    hasLongName: said !== null && shortName(said) !== said,
    uuid: textOf(value.uuid),
    at: utcOf(value.timestamp),
    isSidechain: value.isSidechain === true || textOf(value.parent_tool_use_id) !== null,
    message,
    raw: value,
  };
}

/**
 * What tells a copy of an answer in another file: its request, its session, and the time of a line whose request is not known. Its id alone does
 * not, as gateways give one again in other sessions; printed lines know no request, and subagents repeat their session's answers under new ones.
 */
export function copyMarksOf({ type, uuid, message, raw, sessionId, at }: ClaudeLine): readonly string[] {
  if (type === 'result') return uuid === null ? [] : [`result ${uuid}`];
  const id = textOf(message?.id);
  if (id === null) return [];
  const request = textOf(raw.requestId);
  const marks = [
    ...(request === null ? [] : [`${id} ${request}`]),
    ...(sessionId === null ? [] : [`${id} in ${sessionId}`]),
    ...(request === null && at !== null ? [`${id} at ${at}`] : []),
  ];
  return marks.length === 0 ? [id] : marks;
}

/**
 * Names the answers of one session. One is written as several lines (one for each block of its content) that repeat its usage. Some lines of it may
 * lack the request, and a sidechain repeats it under another.
 */
export class CallKeys {
  private readonly known = new Map<string, { readonly key: string; readonly request: string | null }>();

  /** A line without an id stands alone. */
  of({ message, raw, isSidechain }: ClaudeLine, number: number): string {
    const id = textOf(message?.id);
    if (id === null) return `line ${number}`;
    const request = textOf(raw.requestId);
    const known = this.known.get(id);
    if (known !== undefined && (isSidechain || request === null || known.request === null)) return known.key;
    const key = `${id} ${request ?? ''}`;
    this.known.set(id, { key, request });
    return key;
  }
}

/** As `claude -p --output-format stream-json` prints it: its own logs write `sessionId`. */
export function isPrintedLine({ raw }: Pick<ClaudeLine, 'raw'>): boolean {
  return textOf(raw.session_id) !== null && textOf(raw.sessionId) === null;
}

/** What nothing but Claude Code writes, if it names a session. */
const ENTRY_TYPES = new Set([
  'user',
  'assistant',
  'system',
  'summary',
  'file-history-snapshot',
  'queue-operation',
  'attachment',
  'progress',
  'custom-title',
  'ai-title',
  'last-prompt',
  'permission-mode',
  'agent-name',
  'pr-link',
]);

/** What else it writes, of all versions. */
const OTHER_TYPES = new Set([
  'agent-color',
  'agent-setting',
  'atis-latch',
  'attribution-snapshot',
  'auth_status',
  'bridge-session',
  'checkpoint',
  'content-replacement',
  'control_cancel_request',
  'control_request',
  'control_response',
  'file-history-delta',
  'fork-context-ref',
  'frame-link',
  'keep_alive',
  'marble-origami-commit',
  'marble-origami-snapshot',
  'mode',
  'prompt_suggestion',
  'rate_limit_event',
  'relocated',
  'result',
  'speculation-accept',
  'started',
  'stream_event',
  'tag',
  'task-summary',
  'tool_progress',
  'tool_use_summary',
  'worktree-state',
]);

export function isKnownType(type: string): boolean {
  return ENTRY_TYPES.has(type) || OTHER_TYPES.has(type);
}

/** Whether a value looks like an entry that nothing else writes. */
export function isClaudeEntry(value: unknown): boolean {
  const line = parseLine(value);
  if (line === undefined || 'payload' in line.raw) return false;
  const { type, message, raw } = line;
  if (type === 'summary') return 'leafUuid' in raw;
  if (type === 'file-history-snapshot') return 'snapshot' in raw || 'messageId' in raw;
  if (type === 'result') return line.sessionId !== null && ('usage' in raw || 'total_cost_usd' in raw);
  if (type === 'user' || type === 'assistant') {
    return message !== undefined && (raw.type === type || line.sessionId !== null || 'usage' in message);
  }
  return ENTRY_TYPES.has(type) && line.sessionId !== null && !('request' in jsonOf(raw));
}
