import {
  argumentsText,
  blockText,
  isJson,
  type Json,
  jsonOf,
  listOf,
  parsedJson,
  textOf,
} from '../agent-session';
import { fromGemini, geminiBodies } from './gemini';
import { joinAnthropicStream, joinChatStream, responsesOf } from './streams';

/** One answer of a model, whatever API gave it. */
export interface Answer {
  readonly model: string | null;
  readonly text: string;
  readonly thinking: string;
  readonly tools: readonly {
    readonly callId: string | null;
    readonly name: string;
    readonly arguments: string;
  }[];
  readonly usage: Json;
  readonly finishReason: string | null;
}

/** The answers in a response: its body, or what its stream comes to. */
export function answersOf(response: Json): Answer[] {
  const events = streamOf(response);
  const responses = responsesOf(events);
  if (responses.length > 0) return responses.map(fromResponse);
  const body = typeof response.body === 'string' ? parsedJson(response.body) : response.body;
  const whole = geminiBodies(Array.isArray(body) ? body : [body]);
  if (whole.length > 0) return [fromGemini(whole)];
  if (isJson(body)) {
    if (Array.isArray(body.output)) return [fromResponse(body)];
    if (Array.isArray(body.choices)) return [fromChat(body)];
    if (Array.isArray(body.content)) return [fromMessage(body)];
  }
  if (events.some(({ type }) => type === 'message_start')) return [fromMessage(joinAnthropicStream(events))];
  const chunks = geminiBodies(events);
  if (chunks.length > 0) return [fromGemini(chunks)];
  if (events.some(({ choices }) => Array.isArray(choices))) return [fromChat(joinChatStream(events))];
  return [];
}

/** The events of a stream: recorded one by one, or as the text that came. */
function streamOf(response: Json): Json[] {
  const recorded = [...listOf(response.sse_events), ...listOf(response.ws_events)].map((event) => {
    const { data } = jsonOf(event);
    return typeof data === 'string' ? jsonOf(parsedJson(data)) : isJson(data) ? data : jsonOf(event);
  });
  if (recorded.length > 0) return recorded;
  const text = textOf(response.body_raw) ?? textOf(response.body) ?? '';
  if (!/^(?:event|data):/m.test(text)) return [];
  return text.split('\n').flatMap((line) => {
    const value = line.startsWith('data:') ? parsedJson(line.slice(5)) : undefined;
    return isJson(value) ? [value] : [];
  });
}

/** Anthropic's Messages. */
function fromMessage(message: Json): Answer {
  const blocks = listOf(message.content).map(jsonOf);
  return {
    model: textOf(message.model),
    text: joined(blocks.filter(({ type }) => type === 'text').map(blockText)),
    thinking: joined(blocks.map(({ thinking }) => textOf(thinking) ?? '')),
    tools: blocks
      .filter(({ type }) => typeof type === 'string' && type.endsWith('tool_use'))
      .map((block) => ({
        callId: textOf(block.id),
        name: textOf(block.name) ?? 'tool',
        arguments: argumentsText(block.input),
      })),
    usage: jsonOf(message.usage),
    finishReason: textOf(message.stop_reason),
  };
}

/** OpenAI's Responses. */
function fromResponse(response: Json): Answer {
  const items = listOf(response.output).map(jsonOf);
  const texts = (type: string, member: 'content' | 'summary') =>
    joined(
      items
        .filter((item) => item.type === type)
        .flatMap((item) => listOf(item[member]).map((part) => blockText(jsonOf(part)))),
    );
  return {
    model: textOf(response.model),
    text: texts('message', 'content'),
    thinking: texts('reasoning', 'summary'),
    tools: items
      .filter(({ type }) => typeof type === 'string' && type.endsWith('_call'))
      .map((item) => ({
        callId: textOf(item.call_id) ?? textOf(item.id),
        name: textOf(item.name) ?? String(item.type).replace(/_call$/, ''),
        arguments: argumentsText(item.arguments ?? item.input ?? item.action),
      })),
    usage: jsonOf(response.usage),
    finishReason: textOf(response.status),
  };
}

/** Chat Completions. */
function fromChat(body: Json): Answer {
  const choice = jsonOf(listOf(body.choices)[0]);
  const message = jsonOf(choice.message);
  return {
    model: textOf(body.model),
    text:
      typeof message.content === 'string'
        ? message.content
        : joined(listOf(message.content).map((part) => blockText(jsonOf(part)))),
    thinking: textOf(message.reasoning_content) ?? textOf(message.reasoning) ?? '',
    tools: listOf(message.tool_calls)
      .map(jsonOf)
      .map((call) => ({
        callId: textOf(call.id),
        name: textOf(jsonOf(call.function).name) ?? 'tool',
        arguments: argumentsText(jsonOf(call.function).arguments),
      })),
    usage: jsonOf(body.usage),
    finishReason: textOf(choice.finish_reason),
  };
}

function joined(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}
