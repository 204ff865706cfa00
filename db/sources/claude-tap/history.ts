import { createHash } from 'node:crypto';
import {
  argumentsText,
  blockText,
  contentText,
  isJson,
  type Json,
  jsonOf,
  kindOfUserText,
  listOf,
  resultText,
  textOf,
} from '../agent-session';
import { toJson } from '../documents';

/** Something that a request says and no request before it did. */
export type NewSaying =
  | {
      readonly kind: 'text';
      readonly role: 'user' | 'system' | 'assistant';
      readonly author: string | null;
      readonly text: string;
      readonly isPrompt: boolean;
    }
  | {
      readonly kind: 'tool';
      readonly callId: string | null;
      readonly name: string;
      readonly arguments: string;
    }
  | {
      readonly kind: 'result';
      readonly callId: string | null;
      readonly text: string;
      readonly isError: boolean;
    };

/** Each request repeats the conversation so far: this tells what is new in it. */
export class History {
  /** How often each thing was said by now. */
  private readonly known = new Map<string, number>();
  private readonly inRequest = new Map<string, number>();
  private isAdded = false;

  /** What was answered comes back in the next request. */
  answered(text: string, callIds: readonly (string | null)[]): void {
    // The same words may be said twice: each counts.
    this.isAdded = true;
    if (text !== '') this.isNew('assistant', text);
    for (const id of callIds) if (id !== null) this.isNew('tool', id);
  }

  newIn(body: Json): NewSaying[] {
    const found: NewSaying[] = [];
    this.inRequest.clear();
    this.isAdded = false;
    for (const text of systemTexts(body)) this.addText(found, 'system', 'system prompt', text);
    // A request that goes on from a response holds only what is new.
    this.isAdded = textOf(body.previous_response_id) !== null;
    const input = body.messages ?? body.input;
    if (typeof input === 'string') this.addText(found, 'user', null, input);
    for (const message of listOf(input).map(jsonOf)) this.addMessage(found, message);
    return found;
  }

  private addMessage(found: NewSaying[], message: Json): void {
    const type = textOf(message.type) ?? 'message';
    const role = textOf(message.role);
    if (type.endsWith('_output')) this.addResult(found, textOf(message.call_id), message.output, false);
    else if (type.endsWith('_call'))
      this.addTool(
        found,
        message,
        textOf(message.call_id),
        message.arguments ?? message.input ?? message.action,
      );
    else if (role === 'tool') this.addResult(found, textOf(message.tool_call_id), message.content, false);
    else if (role !== null) this.addSpoken(found, message, role);
  }

  private addSpoken(found: NewSaying[], message: Json, role: string): void {
    const { content } = message;
    const blocks =
      typeof content === 'string' ? [{ type: 'text', text: content }] : listOf(content).map(jsonOf);
    const texts: string[] = [];
    for (const block of blocks) {
      const type = textOf(block.type) ?? '';
      if (type.endsWith('tool_result'))
        this.addResult(found, textOf(block.tool_use_id), block.content, block.is_error === true);
      else if (type.endsWith('tool_use')) this.addTool(found, block, textOf(block.id), block.input);
      else if (!/thinking/.test(type)) texts.push(blockText(block));
    }
    for (const call of listOf(message.tool_calls).map(jsonOf))
      this.addTool(found, jsonOf(call.function), textOf(call.id), jsonOf(call.function).arguments);
    if (role === 'assistant')
      this.addText(found, 'assistant', null, texts.filter((text) => text !== '').join('\n\n'));
    // Reminders stand beside what was typed, as blocks of their own.
    else
      for (const text of texts)
        this.addText(found, role === 'user' ? 'user' : 'system', role === 'user' ? null : role, text);
  }

  private addText(
    found: NewSaying[],
    role: 'user' | 'system' | 'assistant',
    author: string | null,
    text: string,
  ): void {
    if (text === '' || !this.isNew(role, text)) return;
    if (role !== 'user') found.push({ kind: 'text', role, author, text, isPrompt: false });
    else {
      const kind = kindOfUserText(text, {});
      const isInjected =
        /^\s*(?:# AGENTS\.md instructions|<(?:environment_context|user_instructions|permissions instructions)>)/.test(
          text,
        );
      const isPrompt = kind.isPrompt && !isInjected;
      found.push({ kind: 'text', role: isPrompt ? 'user' : 'system', author: kind.author, text, isPrompt });
    }
  }

  private addTool(found: NewSaying[], call: Json, callId: string | null, input: unknown): void {
    if (callId !== null && !this.isNew('tool', callId)) return;
    found.push({ kind: 'tool', callId, name: textOf(call.name) ?? 'tool', arguments: argumentsText(input) });
  }

  private addResult(found: NewSaying[], callId: string | null, content: unknown, isError: boolean): void {
    const text = unwrapped(resultText(content));
    if (callId !== null && !this.isNew('result', callId)) return;
    found.push({ kind: 'result', callId, text, isError });
  }

  private isNew(kind: string, text: string): boolean {
    const hash = createHash('sha1').update(kind).update('\0').update(text).digest('base64');
    const before = this.known.get(hash) ?? 0;
    const times =
      this.isAdded && kind !== 'tool' && kind !== 'result' ? before + 1 : (this.inRequest.get(hash) ?? 0) + 1;
    this.inRequest.set(hash, times);
    if (times <= before) return false;
    this.known.set(hash, times);
    return true;
  }
}

function systemTexts(body: Json): string[] {
  const { system, instructions } = body;
  const texts = typeof system === 'string' ? [system] : listOf(system).map((block) => contentText([block]));
  return [...texts, textOf(instructions) ?? ''];
}

/** Codex sends `{"output": …}` as a text. */
function unwrapped(text: string): string {
  if (!text.startsWith('{"output":')) return text;
  try {
    const value: unknown = JSON.parse(text);
    return isJson(value) ? resultText(value) : text;
  } catch {
    return text;
  }
}

/** What of a request is no conversation. */
export function parametersOf(body: Json): Json {
  const { messages: _, input: __, system: ___, instructions: ____, tools, ...parameters } = body;
  const names = listOf(tools).map(
    (tool) =>
      textOf(jsonOf(tool).name) ?? textOf(jsonOf(jsonOf(tool).function).name) ?? textOf(jsonOf(tool).type),
  );
  const plain = toJson(parameters).length > 20_000 ? { model: body.model } : parameters;
  return names.length === 0 ? plain : { ...plain, tools: names };
}
