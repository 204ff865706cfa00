import { z } from 'zod';

export type Role = 'user' | 'assistant' | 'system' | 'tool_use' | 'tool_result';

/** A message of tracing v3 made of the JSON that tracing v2 kept. `facts` bring the JSON back: `before` + text as JSON + `after`, or `content`. */
export interface Content {
  readonly role: Role;
  readonly text: string;
  readonly facts: Readonly<Record<string, string>>;
}

/** Types of tracing v2's programs that are none of tracing v3. */
const ROLES: Readonly<Record<string, Role>> = {
  user: 'user',
  human: 'user',
  observation: 'user',
  llm_prompt: 'user',
  prompt: 'user',
  assistant: 'assistant',
  ai: 'assistant',
  model: 'assistant',
  llm_completion: 'assistant',
  completion: 'assistant',
  response: 'assistant',
  system: 'system',
  developer: 'system',
  action: 'tool_use',
  tool_use: 'tool_use',
  tool_call: 'tool_use',
  tool_calls: 'tool_use',
  function_call: 'tool_use',
  tool: 'tool_result',
  tool_result: 'tool_result',
  tool_response: 'tool_result',
  function: 'tool_result',
};

const spoken = z.object({
  role: z.string().optional().catch(undefined),
  text: z.string().optional().catch(undefined),
  content: z.unknown().optional(),
  message_type: z.string().optional().catch(undefined),
});

export function contentOf(json: string, messageType: string | null): Content {
  const inner = innermost(parse(json));
  const role = roleOf([messageType, ...inner.roles]);
  const { text } = inner;
  if (text === undefined || !isPlainText(text)) return { role, text: json, facts: {} };
  const written = jsonText(text);
  const at = json.indexOf(written);
  if (at < 0 || json.indexOf(written, at + 1) >= 0)
    return { role, text, facts: { content: JSON.stringify(json) } };
  const before = JSON.stringify(json.slice(0, at));
  const after = JSON.stringify(json.slice(at + written.length));
  return { role, text, facts: { before, after } };
}

function roleOf(said: readonly (string | null | undefined)[]): Role {
  for (const each of said) {
    const role = each == null ? undefined : ROLES[each.toLowerCase()];
    if (role !== undefined) return role;
  }
  return 'system';
}

interface Inner {
  readonly text: string | undefined;
  readonly roles: readonly string[];
}

/** The text inside wrappers: a JSON string, `{role, text}`, or the first writer's `{content, message_type}` around one of them. */
function innermost(value: unknown): Inner {
  if (typeof value === 'string') return { text: value, roles: [] };
  const parsed = spoken.safeParse(value);
  if (!parsed.success) return { text: undefined, roles: [] };
  const { role, text, content, message_type } = parsed.data;
  const roles = [role, message_type].filter((each) => each !== undefined);
  if (text !== undefined) return { text, roles };
  const inner = innermost(content);
  return { text: inner.text, roles: [...inner.roles, ...roles] };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined; // Text that is no JSON stays as it is.
  }
}

/** Text that a TEXT column can hold: no 0x00, where C programs end it, and no half of a surrogate pair. */
function isPlainText(text: string): boolean {
  return !text.includes('\u0000') && !/\p{Cs}/u.test(text);
}

/** A JSON string as DuckDB's `to_json` writes it, which is what turns the message back. */
export function jsonText(text: string): string {
  // An escaped backslash is passed over, so that what follows it is not taken for an escape.
  return JSON.stringify(text).replace(/\\\\|\\u00[0-9a-f]{2}/g, (found) =>
    found.startsWith('\\u') ? `\\u${found.slice(2).toUpperCase()}` : found,
  );
}
