import type { ChatMessage, ToolCall } from './chat';
import {
  type EventSaid,
  recordedCalls,
  recordedMessages,
  type SessionRows,
  toolRecord,
} from './session-rows';

export interface ConversationOptions {
  /** What else is known of the call behind an assistant's message; undefined: no model was asked for it. */
  readonly callOf: (message: ChatMessage, index: number) => Omit<EventSaid, 'type' | 'record'> | undefined;
  /** Of the tool run behind a result. */
  readonly toolOf?: (message: ChatMessage, index: number) => Partial<EventSaid>;
  readonly atOf?: (index: number) => string | null;
  readonly metadataOf?: (index: number) => unknown;
}

/** A chat as it was recorded → steps, calls, messages, and the tools that ran. */
export function writeConversation(
  messages: readonly ChatMessage[],
  rows: SessionRows,
  options: ConversationOptions,
): void {
  const answered = pairCalls(messages);
  const callOf = new Map([...answered].map(([call, result]) => [result, call]));
  for (const [index, message] of messages.entries()) {
    const at = options.atOf?.(index) ?? null;
    const metadata = options.metadataOf?.(index);
    if (message.role === 'assistant') {
      const open = message.calls.filter((call) => !answered.has(call));
      const call = options.callOf(message, index);
      const record = {
        output_messages: recordedMessages([message]),
        ...(open.length > 0 ? { output_tool_calls: recordedCalls(open) } : {}),
      };
      if (call !== undefined) rows.call({ at, ...call, record });
      if (message.text !== '')
        rows.message({ role: 'assistant', text: message.text, author: message.name, at, metadata });
    } else if (message.role === 'tool_result') {
      const call = callOf.get(message) ?? {
        name: message.name ?? 'tool',
        arguments: '',
        callId: message.callId,
      };
      rows.event({
        type: 'environment',
        name: call.name,
        at,
        metadata,
        record: toolRecord(call, message.text),
        ...options.toolOf?.(message, index),
      });
    } else if (message.text !== '' || message.calls.length === 0)
      // Who only ran a tool said nothing: a simulated user may.
      rows.message({ role: message.role, text: message.text, author: message.name, at, metadata });
  }
}

/** Which result answers which call: by id; results without one answer the open calls of the turn before in their order. */
export function pairCalls(messages: readonly ChatMessage[]): Map<ToolCall, ChatMessage> {
  const pairs = new Map<ToolCall, ChatMessage>();
  let open: ToolCall[] = [];
  for (const message of messages) {
    if (message.calls.length > 0) open = [...open, ...message.calls];
    if (message.role !== 'tool_result') continue;
    const byId = open.find(({ callId }) => callId !== null && callId === message.callId);
    const inOrder = open.find(({ callId }) => callId === null || message.callId === null);
    const call = byId ?? inOrder;
    if (call === undefined) continue;
    pairs.set(call, message);
    open = open.filter((one) => one !== call);
  }
  return pairs;
}
