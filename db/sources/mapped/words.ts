/** What others call roles, kinds of events and outcomes. A mapping's own `values` go before these. */
const ROLES: Readonly<Record<string, readonly string[]>> = {
  system: ['system', 'developer', 'sys', 'instruction', 'instructions'],
  user: ['user', 'human', 'customer', 'prompt', 'question', 'input'],
  assistant: [
    'assistant',
    'ai',
    'bot',
    'gpt',
    'model',
    'llm',
    'agent',
    'completion',
    'response',
    'answer',
    'output',
  ],
  tool_use: ['tool_use', 'tool_call', 'tool_calls', 'function_call', 'action'],
  tool_result: ['tool_result', 'tool', 'function', 'tool_response', 'function_call_output', 'observation'],
  other: ['other'],
};

const EVENTS: Readonly<Record<string, readonly string[]>> = {
  cais: [
    'cais',
    'llm',
    'lm',
    'llm_call',
    'lm_call',
    'chat',
    'completion',
    'generation',
    'model',
    'model_call',
    'inference',
    'generate',
  ],
  environment: ['environment', 'env', 'env_step', 'observation', 'action'],
  runtime: ['runtime', 'tool', 'tool_call', 'function', 'function_call'],
  other: ['other'],
};

const STATUSES: Readonly<Record<string, readonly string[]>> = {
  completed: [
    'completed',
    'complete',
    'success',
    'succeeded',
    'ok',
    'done',
    'finished',
    'passed',
    'true',
    'ended',
  ],
  running: ['running', 'in_progress', 'active', 'pending', 'started', 'open'],
  error: ['error', 'failed', 'failure', 'errored', 'crashed', 'fail', 'false', 'exception'],
  unknown: ['unknown'],
};

export const words = {
  role: turned(ROLES),
  event: turned(EVENTS),
  status: turned(STATUSES),
} as const;

/** What is left when a word is not known. */
export const otherWord = { role: 'other', event: 'other', status: 'unknown' } as const;

/** Word → what it means here. */
function turned(list: Readonly<Record<string, readonly string[]>>): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(list).flatMap(([meaning, all]) => all.map((word) => [word, meaning] as const)),
  );
}
