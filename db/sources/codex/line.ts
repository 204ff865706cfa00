import { isJson, type Json, textOf, utcOf } from '../agent-session';

/** One line of a rollout: what kind of item, when, and the item. */
export interface RolloutLine {
  readonly type: string;
  readonly at: string | null;
  readonly payload: Json;
  /** Its number in the thread, which newer versions write. */
  readonly ordinal?: number | undefined;
}

const LINE_TYPES = new Set(['session_meta', 'response_item', 'event_msg', 'turn_context', 'compacted']);
/** In the older shape lines are these themselves. */
const ITEM_TYPES = new Set([
  'message',
  'reasoning',
  'function_call',
  'function_call_output',
  'custom_tool_call',
  'custom_tool_call_output',
  'local_shell_call',
  'local_shell_call_output',
  'web_search_call',
]);

/** Undefined: valid JSON, but no line of a rollout. */
export function parseRolloutLine(value: unknown): RolloutLine | undefined {
  if (!isJson(value)) return undefined;
  const at = utcOf(value.timestamp);
  const type = textOf(value.type);
  if (isJson(value.payload))
    return type === null ? undefined : { type, at, payload: value.payload, ordinal: numberIn(value.ordinal) };
  if (type !== null) return ITEM_TYPES.has(type) ? { type: 'response_item', at, payload: value } : undefined;
  if (textOf(value.id) !== null && at !== null) return { type: 'session_meta', at, payload: value };
  return textOf(value.record_type) === null ? undefined : { type: 'state', at, payload: value };
}

/** A number, which some versions write as text; undefined: none. */
export function numberIn(value: unknown): number | undefined {
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** Whether a line is one that nothing but Codex writes. */
export function isRolloutLine(value: unknown): boolean {
  const line = parseRolloutLine(value);
  if (line === undefined || !isJson(value)) return false;
  if (isJson(value.payload)) return LINE_TYPES.has(line.type);
  // The head of the older shape: a session's id and time, and instructions or git beside them.
  return line.type === 'session_meta' && ('instructions' in value || 'git' in value) && !('role' in value);
}

/** A change of settings in the words of a turn's context. */
export function settingsOf(settings: Json): Json {
  const { model, reasoning_effort: effort, cwd } = settings;
  return Object.fromEntries(
    Object.entries({ model, effort, cwd }).filter(([, value]) => textOf(value) !== null),
  );
}
