import { amountOf, isJson, type Json, jsonOf, listOf, textOf } from '../agent-session';
import { toJson } from '../documents';
import type { Answer } from './answers';

/** Gemini's API, plain or as Code Assist wraps it (`{"response": …}`, `{"model", "request": …}`). */

/** Those of these bodies that are Gemini's. */
export function geminiBodies(bodies: readonly unknown[]): Json[] {
  return bodies.map(geminiBody).filter((body) => body !== undefined);
}

function geminiBody(body: unknown): Json | undefined {
  const inner = isJson(body) && isJson(body.response) ? body.response : body;
  return isJson(inner) && (Array.isArray(inner.candidates) || isJson(inner.usageMetadata))
    ? inner
    : undefined;
}

/** An answer: whole, or the chunks of its stream, of which the last says what it took. */
export function fromGemini(chunks: readonly Json[]): Answer {
  const parts = chunks.flatMap(({ candidates }) =>
    listOf(jsonOf(jsonOf(listOf(candidates)[0]).content).parts).map(jsonOf),
  );
  const textOfParts = (isThought: boolean) =>
    parts
      .filter(({ thought }) => (thought === true) === isThought)
      .map(({ text }) => textOf(text) ?? '')
      .join('');
  const said = (name: string) => chunks.findLast((chunk) => chunk[name] !== undefined)?.[name];
  const reasons = chunks.map(({ candidates }) => textOf(jsonOf(listOf(candidates)[0]).finishReason));
  return {
    model: textOf(said('modelVersion')),
    text: textOfParts(false),
    thinking: textOfParts(true),
    tools: parts.flatMap(({ functionCall: call }) =>
      isJson(call)
        ? [{ callId: callIdOf(call), name: textOf(call.name) ?? 'tool', arguments: toJson(call.args ?? {}) }]
        : [],
    ),
    usage: usageOf(jsonOf(said('usageMetadata'))),
    finishReason: reasons.findLast((reason) => reason !== null) ?? null,
  };
}

/** What a request asks, in the words of the other APIs; what is none of Gemini's is as it was. */
export function chatOfGemini(body: Json, path: string): Json {
  const inner = isJson(body.request) ? body.request : body;
  if (!Array.isArray(inner.contents)) return body;
  const { contents, systemInstruction, system_instruction, generationConfig, tools } = inner;
  const asked = new Map<string, string[]>();
  return {
    model: textOf(body.model) ?? /\/models\/([^/:]+):/.exec(path)?.[1] ?? null,
    max_tokens: jsonOf(generationConfig).maxOutputTokens ?? null,
    system: listOf(jsonOf(systemInstruction ?? system_instruction).parts),
    messages: contents.map(jsonOf).map((message) => ({
      role: message.role === 'model' ? 'assistant' : 'user',
      content: listOf(message.parts).map((part) => blockOf(jsonOf(part), asked)),
    })),
    tools: listOf(tools).flatMap((tool) => listOf(jsonOf(tool).functionDeclarations)),
    generation_config: generationConfig,
  };
}

/** `asked`: the calls of each tool that have no answer yet; an answer names the tool alone. */
function blockOf(part: Json, asked: Map<string, string[]>): Json {
  const { functionCall: call, functionResponse: answer } = part;
  if (isJson(call)) {
    const name = textOf(call.name) ?? 'tool';
    asked.set(name, [...(asked.get(name) ?? []), callIdOf(call)]);
    return { type: 'tool_use', id: callIdOf(call), name, input: call.args ?? {} };
  }
  if (!isJson(answer))
    return part.thought === true ? { type: 'thinking' } : { type: 'text', text: part.text };
  const [first, ...others] = asked.get(textOf(answer.name) ?? '') ?? [];
  asked.set(textOf(answer.name) ?? '', others);
  return { type: 'tool_result', tool_use_id: textOf(answer.id) ?? first, content: jsonOf(answer.response) };
}

/** Most calls have no id: what they ask tells them apart. */
function callIdOf(call: Json): string {
  return textOf(call.id) ?? `${textOf(call.name) ?? 'tool'} ${toJson(call.args ?? {})}`;
}

/** Cached tokens are among the prompt's, thoughts beside the answer's. */
function usageOf(said: Json): Json {
  const sum = (...names: readonly string[]) => {
    const known = names.map((name) => amountOf(said[name])).filter((count) => count !== null);
    return known.length === 0 ? undefined : known.reduce((total, count) => total + count, 0);
  };
  return {
    ...said,
    input_tokens: sum('promptTokenCount', 'toolUsePromptTokenCount'),
    output_tokens: sum('candidatesTokenCount', 'thoughtsTokenCount'),
    total_tokens: said.totalTokenCount,
    cached_input_tokens: said.cachedContentTokenCount,
    reasoning_output_tokens: said.thoughtsTokenCount,
  };
}
