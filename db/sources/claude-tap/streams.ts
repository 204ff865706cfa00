import { type Json, jsonOf, listOf, parsedJson, textOf } from '../agent-session';

/** The message that Anthropic's stream of events comes to. */
export function joinAnthropicStream(events: readonly Json[]): Json {
  let message: Json = {};
  let usage: Json = {};
  const blocks: Record<string, unknown>[] = [];
  for (const event of events) {
    const at = typeof event.index === 'number' ? event.index : blocks.length;
    switch (event.type) {
      case 'message_start':
        message = jsonOf(event.message);
        usage = jsonOf(message.usage);
        break;
      case 'content_block_start':
        blocks[at] = { ...jsonOf(event.content_block) };
        break;
      case 'content_block_delta':
        blocks[at] ??= {};
        addDelta(blocks[at], jsonOf(event.delta));
        break;
      case 'message_delta':
        message = { ...message, ...jsonOf(event.delta) };
        usage = { ...usage, ...withoutNulls(jsonOf(event.usage)) };
        break;
    }
  }
  const content = blocks.filter((block) => block !== undefined).map(withInput);
  return { ...message, usage, content };
}

function addDelta(block: Record<string, unknown>, delta: Json): void {
  const append = (name: string, part: unknown) => {
    if (typeof part === 'string') block[name] = `${textOf(block[name]) ?? ''}${part}`;
  };
  append('text', delta.text);
  append('thinking', delta.thinking);
  append('partial_json', delta.partial_json);
}

function withInput({ partial_json, ...block }: Record<string, unknown>): Json {
  return typeof partial_json === 'string'
    ? { ...block, input: parsedJson(partial_json) ?? partial_json }
    : block;
}

function withoutNulls(value: Json): Json {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
}

/** The completion that chunks of a chat come to. */
export function joinChatStream(chunks: readonly Json[]): Json {
  let content = '';
  let reasoning = '';
  let finish: unknown = null;
  let usage: Json = {};
  const calls: { id: string | null; name: string; arguments: string }[] = [];
  for (const chunk of chunks) {
    usage = { ...usage, ...jsonOf(chunk.usage) };
    const choice = jsonOf(listOf(chunk.choices)[0]);
    const delta = jsonOf(choice.delta);
    content += textOf(delta.content) ?? '';
    reasoning += textOf(delta.reasoning_content) ?? '';
    finish = choice.finish_reason ?? finish;
    for (const part of listOf(delta.tool_calls).map(jsonOf)) {
      const at = typeof part.index === 'number' && part.index < 1_000 ? part.index : calls.length;
      const call = calls[at] ?? { id: null, name: '', arguments: '' };
      calls[at] = call;
      call.id = textOf(part.id) ?? call.id;
      call.name += textOf(jsonOf(part.function).name) ?? '';
      call.arguments += textOf(jsonOf(part.function).arguments) ?? '';
    }
  }
  const tool_calls = calls
    .filter((call) => call !== undefined)
    .map(({ id, ...call }) => ({ id, function: call }));
  const message = { content, reasoning_content: reasoning, tool_calls };
  return {
    model: chunks.find(({ model }) => textOf(model) !== null)?.model,
    usage,
    choices: [{ message, finish_reason: finish }],
  };
}

/** The finished responses in a stream of OpenAI's, each with the items that were done since it was created. */
export function responsesOf(events: readonly Json[]): Json[] {
  const finished: Json[] = [];
  let items: unknown[] = [];
  for (const event of events) {
    const type = textOf(event.type) ?? '';
    if (type === 'response.created') items = [];
    else if (type === 'response.output_item.done') items.push(event.item);
    else if (/^response\.(?:completed|incomplete|failed|done)$/.test(type)) {
      const response = jsonOf(event.response);
      finished.push(listOf(response.output).length > 0 ? response : { ...response, output: items });
      items = [];
    }
  }
  return finished;
}
