import type { MessageRole } from '../../model';
import { toJson } from '../documents';
import { isRecord, jsonOf, textOf, unflatten } from './attributes';
import { requestMessages, responseMessages } from './request-shapes';
import type { Attributes, Span, SpanEvent } from './span';

export interface SpanMessage {
  readonly role: MessageRole;
  readonly content: string;
  readonly author: string | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
}

export interface CallMessages {
  readonly input: readonly SpanMessage[];
  readonly output: readonly SpanMessage[];
}

interface Call {
  readonly a: Attributes;
  /** With those of the events that tell its details. */
  readonly merged: Attributes;
  readonly events: readonly SpanEvent[];
  /** Names of attributes over which messages are spread. */
  readonly spread: readonly string[];
}

/** What a call was given and what it said, by whichever convention its span follows. */
export function messagesOf({ attributes: a, events }: Pick<Span, 'attributes' | 'events'>): CallMessages {
  const details = events.filter(isDetails).map((event) => event.attributes);
  const merged: Attributes = details.length === 0 ? a : Object.assign({}, a, ...details);
  const spread = Object.keys(a).filter((name) => SPREAD.test(name));
  const call = { a, merged, events, spread };
  return {
    input: [...systemMessages(merged), ...firstFound(INPUT, call)],
    output: firstFound(OUTPUT, call),
  };
}

/** Names of messages that are spread over attributes: `llm.input_messages.0.role`. */
const SPREAD = /^(?:llm|gen_ai\.prompt|gen_ai\.completion)\./;

type Way = (call: Call) => SpanMessage[];

const INPUT: readonly Way[] = [
  ({ merged }) => messagesIn(jsonOf(merged['gen_ai.input.messages']), 'user'),
  (call) => messagesIn(listIn(call, 'llm.input_messages.'), 'user'),
  ({ a }) => messagesIn(jsonOf(a['llm.input_messages']), 'user'),
  (call) => messagesIn(listIn(call, 'gen_ai.prompt.'), 'user'),
  (call) => listIn(call, 'llm.prompts.').flatMap((one) => completed(one, 'user')),
  ({ a }) => messagesIn(jsonOf(a['ai.prompt.messages']), 'user'),
  ({ a }) => junjoRequest(jsonOf(a['junjo.agent.model.request'])),
  ({ events }) => events.flatMap((event) => eventMessages(event, 'input')),
  ({ merged }) => textOrJson(merged['gen_ai.prompt'], 'user'),
  ({ a }) => messagesIn(jsonOf(a['gen_ai.request.messages']), 'user'),
  ({ a }) => messagesIn(requestMessages(jsonOf(a['input.value'])), 'user'),
  ({ a }) => textOrJson(a['input.value'], 'user'),
];

const OUTPUT: readonly Way[] = [
  ({ merged }) => messagesIn(jsonOf(merged['gen_ai.output.messages']), 'assistant'),
  (call) => messagesIn(listIn(call, 'llm.output_messages.'), 'assistant'),
  ({ a }) => messagesIn(jsonOf(a['llm.output_messages']), 'assistant'),
  (call) => messagesIn(listIn(call, 'gen_ai.completion.'), 'assistant'),
  (call) => messagesIn(listIn(call, 'llm.completions.'), 'assistant'),
  (call) => listIn(call, 'llm.choices.').flatMap((one) => completed(one, 'assistant')),
  ({ a }) => vercelOutput(a),
  ({ a }) => junjoResponse(jsonOf(a['junjo.agent.model.response'])),
  ({ events }) => events.flatMap((event) => eventMessages(event, 'output')),
  ({ merged }) => textOrJson(merged['gen_ai.completion'], 'assistant'),
  ({ a }) => textOrJson(a['gen_ai.response.text'], 'assistant'),
  ({ a }) => messagesIn(responseMessages(jsonOf(a['output.value'])), 'assistant'),
  ({ a }) => textOrJson(a['output.value'], 'assistant'),
];

/** Of the conventions in this order the first that says something. */
function firstFound(ways: readonly Way[], call: Call): SpanMessage[] {
  for (const way of ways) {
    const found = way(call);
    if (found.length > 0) return found;
  }
  return [];
}

function listIn({ a, spread }: Call, prefix: string): unknown[] {
  return spread.length === 0 ? [] : unflatten(a, prefix, spread);
}

function isDetails(event: SpanEvent): boolean {
  return (
    event.name === 'gen_ai.client.inference.operation.details' || event.name.startsWith('gen_ai.content.')
  );
}

function systemMessages(a: Attributes): SpanMessage[] {
  const said = a['gen_ai.system_instructions'] ?? a['gen_ai.system.instructions'];
  const parts = jsonOf(said);
  return parts === undefined ? textOrJson(said, 'system') : messagesIn({ role: 'system', parts }, 'system');
}

const EVENT_ROLES: Readonly<Record<string, string>> = {
  'gen_ai.system.message': 'system',
  'gen_ai.user.message': 'user',
  'gen_ai.assistant.message': 'assistant',
  'gen_ai.tool.message': 'tool',
  'gen_ai.choice': 'assistant',
};

/** The older convention: a span event (or log record) a message. */
export function eventMessages({ name, attributes }: SpanEvent, side: 'input' | 'output'): SpanMessage[] {
  const role = EVENT_ROLES[name];
  if (role === undefined || (name === 'gen_ai.choice') !== (side === 'output')) return [];
  const content = jsonOf(attributes['gen_ai.event.content']);
  const said = isRecord(content) ? { ...attributes, ...content } : attributes;
  const message = jsonOf(said.message);
  const fields = isRecord(message)
    ? { ...said, ...message, message: undefined }
    : Array.isArray(message)
      ? { ...said, message: undefined, content: message }
      : said;
  return messagesIn({ ...fields, role: fields.role ?? role, tool_calls: jsonOf(fields.tool_calls) }, 'other');
}

/** OpenInference's texts of completions: `{prompt: {text}}`, `{completion: {text}}`. */
function completed(value: unknown, role: MessageRole): SpanMessage[] {
  const text = isRecord(value) ? (value.prompt ?? value.completion) : undefined;
  return isRecord(text) ? textOrJson(text.text, role) : messagesIn(value, role);
}

function textOrJson(value: unknown, role: MessageRole): SpanMessage[] {
  if (value === undefined || value === null || value === '') return [];
  const parsed = jsonOf(value);
  const inner = isRecord(parsed) && Array.isArray(parsed.messages) ? parsed.messages : parsed;
  const looksLikeMessages = Array.isArray(inner)
    ? inner.every(isMessage) && inner.length > 0
    : isMessage(inner);
  if (looksLikeMessages) return messagesIn(inner, role);
  return [plain(role, typeof value === 'string' ? value : toJson(value))];
}

function isMessage(value: unknown): boolean {
  return isRecord(value) && typeof value.role === 'string';
}

const ROLES: Readonly<Record<string, MessageRole>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  model: 'assistant',
  tool: 'tool_result',
  function: 'tool_result',
};

/** A message or a list of them, in the shapes of OpenAI, Anthropic, Vercel, OpenInference and the GenAI convention. */
export function messagesIn(value: unknown, fallback: MessageRole): SpanMessage[] {
  if (Array.isArray(value)) return value.flatMap((one: unknown) => messagesIn(one, fallback));
  if (typeof value === 'string') return value === '' ? [] : [plain(fallback, value)];
  if (!isRecord(value)) return [];
  const message = isRecord(value.message) ? value.message : value;
  const role = typeof message.role === 'string' ? (ROLES[message.role.toLowerCase()] ?? 'other') : fallback;
  const author = typeof message.name === 'string' && role !== 'tool_result' ? message.name : null;
  const callId = textOf(message, 'tool_call_id', 'id');
  const parts = [message.parts, message.content, message.contents].map((one) =>
    typeof one === 'string' ? (jsonList(one) ?? one) : one,
  );
  const found = parts.flatMap((part) =>
    partsIn(part, { role, author, callId: role === 'tool_result' ? callId : null }),
  );
  const calls = jsonOf(message.tool_calls);
  return [...found, ...(Array.isArray(calls) ? calls.flatMap((call: unknown) => toolUse(call)) : [])];
}

interface Speaker {
  readonly role: MessageRole;
  readonly author: string | null;
  readonly callId: string | null;
}

function partsIn(value: unknown, speaker: Speaker): SpanMessage[] {
  if (Array.isArray(value)) return joinTexts(value.flatMap((part: unknown) => partsIn(part, speaker)));
  if (typeof value === 'string') return value === '' ? [] : [spoken(speaker, value)];
  if (!isRecord(value)) return [];
  const part = isRecord(value.message_content) ? value.message_content : value;
  const type = textOf(part, 'type') ?? '';
  switch (type) {
    case 'text':
    case 'input_text':
    case 'output_text':
      return partsIn(part.text ?? part.content, speaker);
    case 'reasoning':
    case 'thinking': {
      const text = textOf(part, 'content', 'text', 'thinking');
      return text === null ? [] : [{ role: 'other', content: text, author: 'thinking', metadata: null }];
    }
    case 'tool_call':
    case 'tool-call':
    case 'tool_use':
      return toolUse(part);
    case 'tool_call_response':
    case 'tool-result':
    case 'tool_result':
      return toolResult(part);
    default: {
      // Bedrock's and Gemini's parts say what they are by their only member.
      const call = part.toolUse ?? part.function_call ?? part.functionCall;
      if (isRecord(call)) return toolUse(call);
      const result = part.toolResult ?? part.function_response ?? part.functionResponse;
      if (isRecord(result)) return toolResult(result);
      const text = part.text ?? (type === '' ? part.content : undefined);
      return typeof text === 'string' ? partsIn(text, speaker) : [spoken(speaker, toJson(part))];
    }
  }
}

/** Texts of one message that follow each other are one text. */
function joinTexts(found: readonly SpanMessage[]): SpanMessage[] {
  const joined: SpanMessage[] = [];
  for (const one of found) {
    const last = joined.at(-1);
    const isSame =
      last?.role === one.role && last.metadata === null && one.metadata === null && one.role !== 'tool_use';
    if (isSame && last !== undefined)
      joined[joined.length - 1] = { ...last, content: `${last.content}\n${one.content}` };
    else joined.push(one);
  }
  return joined;
}

function toolUse(value: unknown): SpanMessage[] {
  if (!isRecord(value)) return [];
  const call = isRecord(value.tool_call) ? value.tool_call : value;
  const called = isRecord(call.function) ? call.function : call;
  const name = textOf(called, 'name', 'toolName', 'function.name');
  const raw = called.arguments ?? called.args ?? called.input ?? called['function.arguments'] ?? null;
  const id = textOf(call, 'id', 'toolCallId', 'call_id', 'tool_call_id', 'toolUseId');
  const content = toJson({ name, arguments: jsonOf(raw) ?? raw });
  return [{ role: 'tool_use', content, author: null, metadata: { tool: name, call_id: id } }];
}

function toolResult(part: Readonly<Record<string, unknown>>): SpanMessage[] {
  const raw = part.response ?? part.result ?? part.output ?? part.content ?? null;
  const id = textOf(part, 'id', 'toolCallId', 'tool_use_id', 'tool_call_id', 'toolUseId');
  const content = typeof raw === 'string' ? raw : toJson(raw);
  return [
    {
      role: 'tool_result',
      content,
      author: null,
      metadata: { tool: textOf(part, 'name', 'toolName'), call_id: id },
    },
  ];
}

function spoken({ role, author, callId }: Speaker, content: string): SpanMessage {
  return { role, content, author, metadata: callId === null ? null : { call_id: callId } };
}

function plain(role: MessageRole, content: string): SpanMessage {
  return { role, content, author: null, metadata: null };
}

function jsonList(text: string): unknown[] | undefined {
  const parsed = text.startsWith('[{') ? jsonOf(text) : undefined;
  return Array.isArray(parsed) && parsed.every(isPart) ? parsed : undefined;
}

function isPart(value: unknown): boolean {
  if (!isRecord(value)) return false;
  return (
    typeof value.type === 'string' ||
    typeof value.text === 'string' ||
    isRecord(value.toolUse ?? value.toolResult)
  );
}

function vercelOutput(a: Attributes): SpanMessage[] {
  const calls = jsonOf(a['ai.response.toolCalls']);
  return [
    ...messagesIn(textOf(a, 'ai.response.text', 'ai.response.object') ?? '', 'assistant'),
    ...(Array.isArray(calls) ? calls.flatMap((call: unknown) => toolUse(call)) : []),
  ];
}

function junjoRequest(request: unknown): SpanMessage[] {
  if (!isRecord(request)) return [];
  const messages = Array.isArray(request.messages) ? request.messages : [];
  const instructions = textOf(request, 'instructions');
  return [
    ...(instructions === null ? [] : [plain('system', instructions)]),
    ...messages.flatMap(junjoMessage),
  ];
}

function junjoMessage(message: unknown): SpanMessage[] {
  if (!isRecord(message)) return [];
  switch (message.type) {
    case 'agent_input':
      return [plain('user', jsonOrText(message.input))];
    case 'assistant_tool_calls':
      return junjoResponse({ ...message, type: 'tool_calls' });
    case 'tool_result':
      return toolResult({ id: message.callId, name: message.toolName, result: message.result });
    case 'assistant_output':
      return [plain('assistant', jsonOrText(message.output))];
    default:
      return [plain('other', toJson(message))];
  }
}

function junjoResponse(response: unknown): SpanMessage[] {
  if (!isRecord(response)) return [];
  const text = textOf(response, 'assistantText');
  const calls = Array.isArray(response.calls) ? response.calls : [];
  return [
    ...(text === null ? [] : [plain('assistant', text)]),
    ...calls.flatMap((call: unknown) => toolUse(call)),
    ...(response.output === undefined ? [] : [plain('assistant', jsonOrText(response.output))]),
  ];
}

function jsonOrText(value: unknown): string {
  return typeof value === 'string' ? value : toJson(value ?? null);
}
