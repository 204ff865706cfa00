import { isJson, type Json, jsonOf, textOf } from '../agent-session';

/**
 * Messages of the Go versions in the words of the later ones. A part is `{type, data}`; a tool's result stands in a message of its own, so it
 * is given to the call it answers.
 */
export function laterParts(parts: readonly unknown[], results: ReadonlyMap<string, Json>): Json[] {
  return parts.filter(isJson).flatMap((part): Json[] => {
    const data = jsonOf(part.data);
    switch (part.type) {
      case 'text':
        return [{ type: 'text', text: data.text }];
      case 'reasoning':
        return [{ type: 'reasoning', text: data.thinking ?? data.text }];
      case 'tool_call':
        return [toolPart(data, results)];
      case 'image_url':
      case 'binary':
        return [
          {
            type: 'file',
            mime: data.MIMEType ?? data.mime_type,
            filename: data.Path ?? data.path ?? data.url,
          },
        ];
      case 'tool_result':
        return results.has(textOf(data.tool_call_id) ?? '') ? [] : [{ type: 'tool_result', data }];
      case 'finish':
        return data.reason === 'error'
          ? [{ type: 'failure', message: textOf(data.message) ?? textOf(data.details) }]
          : [];
      default:
        return [part];
    }
  });
}

function toolPart(call: Json, results: ReadonlyMap<string, Json>): Json {
  const id = textOf(call.id);
  const result = id === null ? undefined : results.get(id);
  const input = call.input;
  const state =
    result === undefined
      ? { status: 'running', input }
      : result.is_error === true
        ? { status: 'error', input, error: result.content }
        : { status: 'completed', input, output: result.content, metadata: result.metadata };
  return { type: 'tool', callID: id, tool: call.name, state };
}

/** Call → its result, of all messages of a session. */
export function resultsOf(messages: readonly (readonly unknown[])[]): Map<string, Json> {
  const calls = new Set<string>();
  const results = new Map<string, Json>();
  for (const part of messages.flat().filter(isJson)) {
    const data = jsonOf(part.data);
    const call = textOf(data.id);
    const answered = textOf(data.tool_call_id);
    if (part.type === 'tool_call' && call !== null) calls.add(call);
    if (part.type === 'tool_result' && answered !== null && calls.has(answered)) results.set(answered, data);
  }
  return results;
}
