import type { MessageRole } from '../../model';
import { toJson } from '../documents';
import { isObject, type Json } from './fields';

export interface ToolCall {
  readonly callId: string | null;
  readonly name: string;
  /** JSON as recorded, or the text that stands in its place. */
  readonly arguments: string;
}

/** One message of a chat, whichever provider's or framework's shape it had. */
export interface ChatMessage {
  readonly role: MessageRole;
  readonly text: string;
  readonly calls: readonly ToolCall[];
  /** Of a tool result: the call that it answers. */
  readonly callId: string | null;
  /** Of a tool result: the tool. Else who speaks, where a name is given. */
  readonly name: string | null;
}

const ROLES: Readonly<Record<string, MessageRole>> = {
  system: 'system',
  developer: 'system',
  system_prompt: 'system',
  systemmessage: 'system',
  user: 'user',
  human: 'user',
  humanmessage: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  model: 'assistant',
  agent: 'assistant',
  chatbot: 'assistant',
  bot: 'assistant',
  aimessage: 'assistant',
  aimessagechunk: 'assistant',
  tool: 'tool_result',
  tool_result: 'tool_result',
  tool_response: 'tool_result',
  function: 'tool_result',
  function_call_output: 'tool_result',
  toolmessage: 'tool_result',
  observation: 'tool_result',
  tool_use: 'tool_use',
  tool_call: 'tool_use',
};

export function roleOf(value: unknown): MessageRole {
  return typeof value === 'string' ? (ROLES[value.toLowerCase()] ?? 'other') : 'other';
}

/** What a model was given or gave back, as messages. `role`: of what carries none. */
export function messagesIn(value: unknown, role: MessageRole): ChatMessage[] {
  const opened = openJson(value);
  if (opened === null || opened === undefined || opened === '') return [];
  if (typeof opened === 'string') return [plain(role, opened)];
  if (Array.isArray(opened)) return opened.flatMap((one: unknown) => messagesInElement(one, role));
  return isObject(opened) ? messagesInObject(opened, role) : [plain(role, toJson(opened))];
}

/** A list of messages, or of such lists; strings are messages too. */
function messagesInElement(value: unknown, role: MessageRole): ChatMessage[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => messagesInElement(one, role));
  if (isObject(value)) return messagesInObject(value, role);
  return value === null || value === undefined ? [] : [plain(role, textIn(value))];
}

/** Members under which requests and responses keep their messages, the system prompt first. */
const LISTS = ['messages', 'contents', 'input', 'choices', 'generations', 'output', 'candidates'] as const;

function messagesInObject(object: Json, role: MessageRole): ChatMessage[] {
  if (isMessage(object)) return chatMessages(object, role);
  for (const key of ['message', 'delta', 'response', 'new_message', 'kwargs'] as const) {
    const inner = object[key];
    if (isObject(inner) && (isMessage(inner) || LISTS.some((list) => list in inner)))
      return messagesInObject(inner, role);
  }
  const list = LISTS.find((key) => Array.isArray(object[key]) || typeof object[key] === 'string');
  if (list !== undefined) {
    const system = object.system ?? object.instructions ?? systemOfConfig(object.config);
    return [...messagesIn(system, 'system'), ...messagesIn(object[list], role)];
  }
  if (isObject(object.content)) return messagesInObject(object.content, role);
  const text = object.text ?? object.completion;
  return [plain(role, typeof text === 'string' ? text : toJson(object))];
}

function systemOfConfig(config: unknown): unknown {
  return isObject(config) ? config.system_instruction : undefined;
}

const ITEM_TYPES = new Set(['function_call', 'function_call_output', 'reasoning', 'message', 'tool_call']);

function isMessage(object: Json): boolean {
  if (typeof object.role === 'string') return true;
  if (Array.isArray(object.lc) || object.lc === 1) return isObject(object.kwargs);
  if (typeof object.type !== 'string') return Array.isArray(object.parts);
  if (ITEM_TYPES.has(object.type)) return true;
  return object.type.toLowerCase() in ROLES && ('content' in object || isObject(object.data));
}

/** One message as recorded; results of tools inside a user's message become messages of their own. */
export function chatMessages(object: Json, role: MessageRole = 'other'): ChatMessage[] {
  if (isObject(object.kwargs) && Array.isArray(object.id))
    return chatMessages({ type: String(object.id.at(-1)), ...object.kwargs }, role);
  if (isObject(object.data) && typeof object.type === 'string')
    return chatMessages({ type: object.type, ...object.data }, role);
  const said = object.role ?? (ITEM_TYPES.has(String(object.type)) ? undefined : object.type);
  const own = said === undefined ? roleOfItem(object, role) : roleOf(said);
  const parts = new Parts();
  const written = own === 'assistant' ? callsInText(object.content) : [];
  if (written.length === 0) parts.take(object.content);
  for (const call of written) parts.call(call);
  parts.take(object.parts);
  if (isItem(object)) parts.take(object);
  for (const call of callsIn(object)) parts.call(call);
  if (own === 'tool_result' && parts.results.length === 0) {
    const callId = nameOf(object.tool_call_id ?? object.call_id ?? object.id ?? idOf(object.tool_call_ids));
    return [{ role: own, text: parts.text, calls: [], callId, name: nameOf(object.name ?? object.function) }];
  }
  const message = {
    role: own,
    text: parts.text,
    calls: parts.calls,
    callId: null,
    name: nameOf(object.name),
  };
  const isEmpty = message.text === '' && message.calls.length === 0;
  return isEmpty && parts.results.length > 0 ? parts.results : [message, ...parts.results];
}

function isItem(object: Json): boolean {
  return typeof object.type === 'string' && ITEM_TYPES.has(object.type) && object.type !== 'message';
}

function roleOfItem(object: Json, role: MessageRole): MessageRole {
  if (object.type === 'function_call_output') return 'tool_result';
  return isItem(object) ? 'assistant' : role;
}

function callsIn(object: Json): ToolCall[] {
  const lists = [
    object.tool_calls,
    isObject(object.additional_kwargs) ? object.additional_kwargs.tool_calls : null,
  ];
  const list = lists.find((one): one is unknown[] => Array.isArray(one) && one.length > 0) ?? [];
  const calls = list.flatMap((one) => (isObject(one) ? [toolCallOf(one)] : []));
  return isObject(object.function_call) ? [...calls, toolCallOf(object.function_call)] : calls;
}

/** Some recorders write an answer's tool calls into its text, as JSON. */
function callsInText(content: unknown): ToolCall[] {
  if (typeof content !== 'string' || !/^\s*\[\s*\{/.test(content)) return [];
  const list = openJson(content);
  if (!Array.isArray(list) || !list.every((one) => isObject(one) && isObject(one.function))) return [];
  return list.map((one: Json) => toolCallOf(one));
}

export function toolCallOf(object: Json): ToolCall {
  const inner = isObject(object.function) ? object.function : object;
  const name = nameOf(inner.name ?? object.toolName ?? object.function) ?? '';
  const given = inner.arguments ?? inner.args ?? inner.input ?? inner.parameters;
  const callId = nameOf(object.id ?? object.call_id ?? object.toolCallId);
  return { callId, name, arguments: given === undefined || given === null ? '' : textIn(given) };
}

/** Collects what the parts of a content say. */
class Parts {
  private readonly texts: string[] = [];
  readonly calls: ToolCall[] = [];
  readonly results: ChatMessage[] = [];

  get text(): string {
    return this.texts.join('\n\n');
  }

  call(call: ToolCall): void {
    // Frameworks repeat a call of the content beside it.
    const isKnown = call.callId !== null && this.calls.some(({ callId }) => callId === call.callId);
    if (!isKnown) this.calls.push(call);
  }

  take(content: unknown): void {
    if (content === null || content === undefined || content === '') return;
    if (Array.isArray(content)) for (const part of content) this.take(part);
    else if (isObject(content)) this.takePart(content);
    else this.texts.push(typeof content === 'string' ? content : toJson(content));
  }

  private takePart(part: Json): void {
    const call = part.function_call ?? part.functionCall;
    if (isObject(call)) {
      this.call(toolCallOf(call));
      return;
    }
    const response = part.function_response ?? part.functionResponse;
    if (isObject(response)) {
      this.result(response, response.response);
      return;
    }
    switch (part.type) {
      case 'tool_use':
      case 'tool_call':
      case 'tool-call':
      case 'function_call':
      case 'server_tool_use':
      case 'mcp_call':
        this.call(toolCallOf({ ...part, id: part.call_id ?? part.id }));
        return;
      case 'tool_result':
      case 'tool_call_response':
      case 'tool-result':
      case 'function_call_output':
      case 'web_search_tool_result':
        this.result(part, part.result ?? part.output ?? part.content ?? part.response);
        return;
      case 'image':
      case 'image_url':
      case 'input_image':
      case 'audio':
      case 'input_audio':
      case 'video':
      case 'document':
      case 'file':
      case 'data':
        this.texts.push(`[${part.type}]`);
        return;
      default:
        this.takeText(part);
    }
  }

  private takeText(part: Json): void {
    for (const key of ['text', 'thinking', 'reasoning', 'content', 'summary', 'output_text', 'refusal']) {
      const value = part[key];
      if (value === undefined || value === null || value === '') continue;
      if (typeof value === 'string') this.texts.push(value);
      else this.take(value);
      return;
    }
    const isBlank = ['text', 'content', 'summary', 'reasoning', 'thinking'].some((key) => key in part);
    if (!isBlank) this.texts.push(toJson(part));
  }

  private result(part: Json, value: unknown): void {
    const callId = nameOf(
      part.tool_use_id ?? part.call_id ?? part.tool_call_id ?? part.toolCallId ?? part.id,
    );
    const name = nameOf(part.name ?? part.toolName);
    this.results.push({ role: 'tool_result', text: contentText(value), calls: [], callId, name });
  }
}

/** A content's text alone: parts in their order, images as their kind. */
export function contentText(content: unknown): string {
  const parts = new Parts();
  parts.take(content);
  return parts.text;
}

/** Text as it is, anything else as JSON. */
export function textIn(value: unknown): string {
  return typeof value === 'string' ? value : toJson(value);
}

/** Exports write objects as JSON in a string, sometimes twice. */
export function openJson(value: unknown): unknown {
  let opened = value;
  for (let depth = 0; depth < 2 && typeof opened === 'string' && /^\s*["[{]/.test(opened); depth += 1) {
    try {
      opened = JSON.parse(opened);
    } catch {
      return opened;
    }
  }
  return opened;
}

function plain(role: MessageRole, text: string): ChatMessage {
  return { role, text, calls: [], callId: null, name: null };
}

function nameOf(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' ? String(value) : null;
}

function idOf(ids: unknown): unknown {
  return Array.isArray(ids) ? ids[0] : undefined;
}
