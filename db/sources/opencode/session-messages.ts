import { isJson, type Json, jsonOf, listOf, textOf } from '../agent-session';
import type { OpenCodeMessage } from './records';

/** A message of the versions that keep it in one row (`session_message`), in the words of those that keep parts. */
export function messageOf(row: {
  readonly id: string;
  readonly type: string;
  readonly data: Json;
}): OpenCodeMessage {
  const { id, type, data } = row;
  const message = (info: Json, parts: readonly Json[]): OpenCodeMessage => ({
    id,
    info: { ...info, id, time: data.time },
    parts,
  });
  switch (type) {
    case 'user':
      return message({ role: 'user' }, promptParts(data));
    case 'system':
    case 'synthetic':
    case 'skill':
      return message({ role: 'user' }, [{ type: 'text', text: data.text, synthetic: true }]);
    case 'assistant':
      return message(answerInfo(data), listOf(data.content).filter(isJson).map(contentPart));
    case 'compaction':
      // It is a request of its own where it says what it took.
      return message(
        { ...answerInfo(data), role: isJson(data.tokens) ? 'assistant' : 'user', summary: true },
        [
          textOf(data.summary) === null
            ? { ...data, type }
            : { type: 'text', text: data.summary, synthetic: true },
        ],
      );
    default:
      return message({ role: 'user' }, [{ ...data, type }]);
  }
}

function promptParts(data: Json): Json[] {
  const files = listOf(data.files).filter(isJson);
  const agents = listOf(data.agents).filter(isJson);
  return [
    { type: 'text', text: data.text },
    ...files.map(({ name, mime }): Json => ({ type: 'file', filename: name, mime })),
    ...agents.map(({ name }): Json => ({ type: 'agent', name })),
  ];
}

function answerInfo(data: Json): Json {
  const { id: modelID, providerID } = jsonOf(data.model);
  const { type: name, message } = jsonOf(data.error);
  return {
    role: 'assistant',
    providerID,
    modelID,
    agent: data.agent,
    tokens: data.tokens,
    cost: data.cost,
    finish: data.finish,
    error: isJson(data.error) ? { ...data.error, name: name ?? 'error', message } : undefined,
  };
}

function contentPart(part: Json): Json {
  if (part.type !== 'tool') return part;
  const { status, input, content, error } = jsonOf(part.state);
  const { created, ran, completed } = jsonOf(part.time);
  return {
    type: 'tool',
    tool: part.name,
    callID: part.callID ?? part.id,
    state: {
      status,
      input,
      output: listOf(content).filter(isJson).map(outputText).join('\n'),
      error: jsonOf(error).message,
      time: { start: ran ?? created, end: completed },
    },
  };
}

function outputText({ type, text, uri, name, mime }: Json): string {
  return textOf(text) ?? `[${[type, name ?? uri, mime].filter((one) => textOf(one) !== null).join(', ')}]`;
}
