import { toJson } from '../documents';
import { type ChatMessage, chatMessages, type Fields, isObject, type SessionRows } from '../recorded-chat';
import type { Attachments } from './attachments';

/**
 * Every call of a model repeats what was said before: each message is written once, when it is first told. Newer logs give messages an id;
 * in older ones a text is new when a call has it more often than it was written.
 */
export class SampleMessages {
  private readonly ids = new Set<string>();
  private readonly written = new Map<string, number>();

  constructor(
    private readonly session: SessionRows,
    private readonly attachments: Attachments,
    /** Tool calls whose answer stands at the event that ran them. */
    private readonly ranCalls: ReadonlySet<string>,
  ) {}

  /** Writes what is new of a list of messages. */
  writeNew(messages: readonly Fields[], at: string | null): void {
    const counts = new Map<string, number>();
    for (const said of messages) {
      const [message] = chatMessages(this.resolved(said));
      if (message === undefined) continue;
      const mark = markOf(message);
      const count = (counts.get(mark) ?? 0) + 1;
      counts.set(mark, count);
      const id = said.name('id');
      const isKnown = (id !== null && this.ids.has(id)) || count <= (this.written.get(mark) ?? 0);
      if (id !== null) this.ids.add(id);
      if (!isKnown) this.write(message, said, at);
    }
  }

  /** What a model answered. */
  writeAnswer(said: Fields, at: string | null): void {
    const [message] = chatMessages(this.resolved(said));
    const id = said.name('id');
    if (id !== null) this.ids.add(id);
    if (message !== undefined) this.write(message, said, at);
  }

  private write(message: ChatMessage, said: Fields, at: string | null): void {
    const mark = markOf(message);
    this.written.set(mark, (this.written.get(mark) ?? 0) + 1);
    const { role, text, name, callId } = message;
    if (role === 'tool_result') {
      if (callId === null || !this.ranCalls.has(callId)) this.writeToolResult(message, said, at);
    } else if (text !== '') this.session.message({ role, text, author: name, at });
  }

  /** An answer without the event of a tool: the log keeps no events, or the call was refused before it ran. */
  private writeToolResult({ text, callId }: ChatMessage, said: Fields, at: string | null): void {
    const name = said.text('function') ?? 'tool';
    const error = isObject(said.raw('error')) ? said.object('error') : undefined;
    this.session.event({
      type: 'environment',
      name,
      at,
      error: error === undefined ? null : errorText(error),
      record: {
        output_tool_calls: [{ name, arguments_json: '', call_id: callId }],
        tool_results: [{ call_id: callId, output_text: text }],
      },
    });
  }

  private resolved(said: Fields): Record<string, unknown> {
    const resolved = this.attachments.resolve(said.value);
    return isObject(resolved) ? { ...resolved } : {};
  }
}

function markOf({ role, text, calls, callId }: ChatMessage): string {
  return JSON.stringify([role, text, calls.map((call) => call.callId ?? call.name), callId]);
}

/** `timeout: Command timed out` */
export function errorText(error: Fields): string {
  return [error.text('type'), error.text('message')].filter((part) => part).join(': ') || toJson(error.value);
}
