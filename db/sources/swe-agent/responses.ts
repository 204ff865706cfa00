import { Fields, isObject, type Json } from '../recorded-chat';

/** mini-swe-agent keeps answers of OpenAI's Responses API, and what is sent back, as they are: here in the words of a chat. */
export function inChatWords(message: Fields): Fields {
  const value = chatMessageOf(message.value);
  return value === undefined ? message : new Fields(value, message.at, (said) => message.warn(said));
}

function chatMessageOf({ type, object, output, call_id, extra, model, usage }: Json): Json | undefined {
  if (type === 'function_call_output') return { role: 'tool', tool_call_id: call_id, content: output, extra };
  if (object !== 'response' || !Array.isArray(output)) return undefined;
  const items = output.filter(isObject);
  const calls = items.filter((item) => item.type === 'function_call');
  return {
    role: 'assistant',
    content: items.filter((item) => item.type === 'message').flatMap(({ content }) => content),
    tool_calls: calls.map((item) => ({
      id: item.call_id,
      function: { name: item.name, arguments: item.arguments },
    })),
    extra: { ...(isObject(extra) ? extra : {}), response: { model, usage } },
  };
}
