import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Small logs of coding agents, as each of them writes its own. Each gives the path to open. */

function write(path: string, lines: readonly unknown[]): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join('\n')}\n`);
  return path;
}

const session = 'abcdef01-2345-4678-9abc-def012345678';

/** One answer in two lines that repeat its usage, a tool with its result, an answer. */
export function writeClaudeCode(folder: string): string {
  const at = (second: number) => ({
    sessionId: session,
    cwd: '/work/shop',
    version: '2.0.1',
    uuid: `u${second}`,
    timestamp: `2026-01-10T12:00:0${second}.000Z`,
  });
  const usage = {
    input_tokens: 12,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: 4_000,
    output_tokens: 345,
  };
  const answer = (second: number, id: string, content: unknown) => ({
    ...at(second),
    type: 'assistant',
    requestId: `req_${id}`,
    message: { id, role: 'assistant', model: 'claude-sonnet-4-5-20250929', content: [content], usage },
  });
  return write(join(folder, 'projects', '-work-shop', `${session}.jsonl`), [
    { ...at(0), type: 'user', message: { role: 'user', content: 'Why is the total wrong?' } },
    answer(1, 'msg_1', { type: 'text', text: 'The sum is computed in cart.ts.' }),
    answer(2, 'msg_1', { type: 'tool_use', id: 'toolu_1', name: 'Read', input: { file_path: 'cart.ts' } }),
    {
      ...at(3),
      type: 'user',
      message: {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: 'sum += 1' }],
      },
    },
    answer(4, 'msg_2', { type: 'text', text: 'It adds one for each item.' }),
  ]);
}

export function writeCodex(folder: string): string {
  const line = (second: number, type: string, payload: unknown) => ({
    timestamp: `2026-01-11T12:00:0${second}.000Z`,
    type,
    payload,
  });
  const tokens = (input_tokens: number, output_tokens: number) => ({ input_tokens, output_tokens });
  const count = (total: unknown, last: unknown) => ({
    type: 'token_count',
    info: { total_token_usage: total, last_token_usage: last },
  });
  return write(join(folder, 'rollout-2026-01-11.jsonl'), [
    line(0, 'session_meta', { id: 'codex-1', cwd: '/work/shop', cli_version: '0.60.0' }),
    line(0, 'turn_context', { model: 'gpt-5-codex' }),
    line(1, 'response_item', {
      type: 'message',
      role: 'user',
      content: [{ type: 'input_text', text: 'List the files' }],
    }),
    line(2, 'response_item', {
      type: 'function_call',
      name: 'shell',
      arguments: '{"command":"ls"}',
      call_id: 'c1',
    }),
    line(2, 'event_msg', count(tokens(2_000, 30), tokens(2_000, 30))),
    line(3, 'response_item', { type: 'function_call_output', call_id: 'c1', output: 'cart.ts' }),
    line(4, 'response_item', {
      type: 'message',
      role: 'assistant',
      content: [{ type: 'output_text', text: 'One file.' }],
    }),
    line(4, 'event_msg', count(tokens(5_000, 40), tokens(3_000, 10))),
  ]);
}

export function writeOpenCode(folder: string): string {
  const time = 1_768_132_800_000;
  const tokens = { input: 100, output: 20, reasoning: 0, cache: { read: 0, write: 0 } };
  const state = {
    status: 'completed',
    input: { filePath: 'cart.ts' },
    output: 'sum += 1',
    title: 'cart.ts',
    time: {},
  };
  const files = {
    'session/p/ses_1.json': {
      id: 'ses_1',
      title: 'Read the cart',
      directory: '/work/shop',
      time: { created: time },
    },
    'message/ses_1/msg_1.json': { id: 'msg_1', role: 'user', time: { created: time } },
    'message/ses_1/msg_2.json': {
      id: 'msg_2',
      role: 'assistant',
      modelID: 'claude-sonnet-4-5',
      providerID: 'anthropic',
      time: { created: time + 1_000, completed: time + 2_000 },
      cost: 0.25,
      tokens,
    },
    'part/msg_1/prt_1.json': { type: 'text', text: 'Read cart.ts' },
    'part/msg_2/prt_1.json': { type: 'tool', callID: 'c1', tool: 'read', state },
    'part/msg_2/prt_2.json': { type: 'step-finish', reason: 'stop', cost: 0.25, tokens },
  };
  for (const [name, value] of Object.entries(files))
    write(join(folder, 'opencode', 'storage', name), [value]);
  return join(folder, 'opencode');
}

export function writeClaudeTap(folder: string): string {
  const body = {
    model: 'claude-opus-4-5',
    max_tokens: 100,
    messages: [{ role: 'user', content: 'Say hello' }],
  };
  const usage = { input_tokens: 9, output_tokens: 4 };
  const answer = { model: 'claude-opus-4-5', content: [{ type: 'text', text: 'Hello there' }], usage };
  return write(join(folder, 'trace_20260112.jsonl'), [
    {
      timestamp: '2026-01-12T12:00:03Z',
      request_id: 'req_1',
      turn: 1,
      duration_ms: 1_500,
      request: { method: 'POST', path: '/v1/messages', headers: {}, body },
      response: { status: 200, headers: {}, body: answer },
    },
  ]);
}
