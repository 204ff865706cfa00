import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { readAll, type TextRow } from '../read-all';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

let second = 0;
function line(type: string, payload: Record<string, unknown>): Record<string, unknown> {
  second += 1;
  return { timestamp: new Date(Date.UTC(2025, 10, 1, 9, 0, second)).toISOString(), type, payload };
}
const meta = (fields = {}) =>
  line('session_meta', {
    id: 's1',
    cwd: '/work/shop',
    cli_version: '0.60.0',
    model_provider: 'openai',
    ...fields,
  });
const context = (model: string) => line('turn_context', { cwd: '/work/shop', model, effort: 'high' });
const item = (payload: Record<string, unknown>) => line('response_item', payload);
const event = (payload: Record<string, unknown>) => line('event_msg', payload);
const says = (role: string, text: string) =>
  item({
    type: 'message',
    role,
    content: [{ type: role === 'assistant' ? 'output_text' : 'input_text', text }],
  });
const call = (id: string, args: unknown) =>
  item({ type: 'function_call', name: 'shell', arguments: JSON.stringify(args), call_id: id });
const output = (id: string, value: unknown) =>
  item({ type: 'function_call_output', call_id: id, output: value });

function tokens(input: number, out: number): Record<string, number> {
  return {
    input_tokens: input,
    cached_input_tokens: input / 2,
    output_tokens: out,
    reasoning_output_tokens: 1,
    total_tokens: input + out,
  };
}
/** `last` null: only the running total is said. */
function count(total: [number, number], last: [number, number] | null): Record<string, unknown> {
  return event({
    type: 'token_count',
    info: {
      total_token_usage: tokens(...total),
      ...(last === null ? {} : { last_token_usage: tokens(...last) }),
    },
    rate_limits: { primary: { used_percent: 1 } },
  });
}

async function write(name: string, lines: readonly unknown[]): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, lines.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join('\n'));
  return path;
}

const read = async (lines: readonly unknown[]) => readAll(await write('rollout-read.jsonl', lines));
const calls = (rows: readonly TextRow[]) => rows.filter(({ event_type }) => event_type === 'cais');
const numbers = (rows: readonly TextRow[]) =>
  calls(rows).map(({ input_tokens, output_tokens }) => [Number(input_tokens), Number(output_tokens)]);

describe('Codex rollouts', () => {
  it('take what each answer took from totals that run on, and no answer twice', async () => {
    const path = await write('rollout-1.jsonl', [
      meta(),
      says('developer', '<permissions instructions>…'),
      says('user', '<environment_context>…</environment_context>'),
      says('user', 'Fix the total'),
      event({ type: 'user_message', message: 'Fix the total' }),
      context('gpt-5-codex'),
      item({
        type: 'reasoning',
        summary: [{ type: 'summary_text', text: '**Look first**' }],
        encrypted_content: 'gAAA',
      }),
      event({ type: 'agent_reasoning', text: '**Look first**' }),
      call('c1', { command: ['ls'] }),
      count([1_000, 40], [1_000, 40]),
      count([1_000, 40], [1_000, 40]),
      output('c1', JSON.stringify({ output: 'a.ts', metadata: { exit_code: 0, duration_seconds: 0.1 } })),
      call('c2', { command: ['make'] }),
      output('c2', JSON.stringify({ output: 'no rule', metadata: { exit_code: 2 } })),
      count([2_500, 70], null),
      event({ type: 'agent_message', message: 'Done.' }),
      says('assistant', 'Done.'),
      count([4_500, 90], [2_000, 20]),
      event({ type: 'token_count', info: null, rate_limits: {} }),
      event({ type: 'task_complete', last_agent_message: 'Done.' }),
    ]);
    const { sources, rows, warnings } = await readAll(path);
    expect([sources, warnings]).toEqual([[{ format: 'codex', dialect: null, name: 'rollout-1.jsonl' }], []]);
    expect(numbers(rows('events'))).toEqual([
      [1_000, 40],
      [1_500, 30],
      [2_000, 20],
    ]);
    expect(calls(rows('events'))[0]).toMatchObject({
      model: 'gpt-5-codex',
      provider: 'openai',
      cache_read_tokens: '500',
      reasoning_tokens: '1',
      total_tokens: '1040',
    });
    expect(rows('messages').map(({ role, author, content }) => [role, author, content])).toEqual([
      ['system', 'developer', '<permissions instructions>…'],
      ['system', 'environment context', '<environment_context>…</environment_context>'],
      ['user', null, 'Fix the total'],
      ['other', 'thinking', '**Look first**'],
      ['assistant', null, 'Done.'],
    ]);
    const records = rows('event_payloads').flatMap(({ call_records }) =>
      call_records === null ? [] : JSON.parse(call_records ?? '[]'),
    );
    expect(records.map(({ tool_results }) => tool_results)).toEqual([
      [{ call_id: 'c1', output_text: 'a.ts', details: { exit_code: 0, duration_seconds: 0.1 } }],
      [{ call_id: 'c2', output_text: 'failed', is_error: true, details: { exit_code: 2 } }],
      [],
    ]);
    expect(rows('events').filter(({ error }) => error !== null)).toMatchObject([
      { event_type: 'environment', name: 'shell', error: 'no rule' },
    ]);
    expect(rows('sessions')).toMatchObject([
      { session_id: 's1', title: 'Fix the total', status: 'completed', experiment_id: '/work/shop' },
    ]);
    expect(rows('timesteps')).toHaveLength(1);
  });

  it('count the copied beginning of a fork once', async () => {
    const start = [
      says('user', 'First'),
      context('gpt-5'),
      says('assistant', 'One.'),
      count([100, 10], [100, 10]),
    ];
    await write('rollout-a.jsonl', [meta({ id: 'a' }), ...start]);
    await write('rollout-b.jsonl', [
      meta({ id: 'b', forked_from_id: 'a' }),
      ...start,
      says('user', 'Second'),
      says('assistant', 'Two.'),
      count([300, 30], [200, 20]),
    ]);
    const { rows, warnings } = await readAll(folder);
    expect(numbers(rows('events')).sort()).toEqual([
      [100, 10],
      [200, 20],
    ]);
    expect(rows('messages')).toHaveLength(6);
    expect(warnings).toMatchObject([{ count: 1 }]);
  });

  it('take what an answer took from its record or from the running total, whichever tells it, and once', async () => {
    const record = (response: string, input: number, out: number) =>
      line('token_usage_record', { response_id: response, usage: tokens(input, out) });
    const { rows } = await read([
      meta(),
      context('gpt-5'),
      says('user', 'Go'),
      says('assistant', 'One'),
      count([100, 10], [100, 10]),
      // A version that writes records goes on with the thread; here the total comes first.
      says('assistant', 'Two'),
      count([300, 30], [200, 20]),
      record('r2', 200, 20),
      says('user', 'More'),
      says('assistant', 'Three'),
      record('r3', 400, 40),
      count([700, 70], [400, 40]),
      record('r3', 400, 40),
      event({
        type: 'thread_settings_applied',
        thread_settings: { model: 'gpt-6', reasoning_effort: 'low' },
      }),
      says('assistant', 'Four'),
      record('r4', 500, 50),
    ]);
    expect(
      rows('events').map(({ event_type, model, input_tokens, output_tokens }) => [
        event_type,
        model,
        input_tokens,
        output_tokens,
      ]),
    ).toEqual([
      ['cais', 'gpt-5', '100', '10'],
      ['cais', 'gpt-5', '200', '20'],
      ['cais', 'gpt-5', '400', '40'],
      ['cais', 'gpt-6', '500', '50'],
    ]);
  });

  it('show what the interface tells beside the items once, with pictures and rules in one message', async () => {
    const completed = (said: Record<string, unknown>) => event({ type: 'item_completed', item: said });
    const { rows } = await read([
      meta({ history_mode: 'paginated' }),
      item({
        type: 'message',
        role: 'user',
        content: [
          { type: 'input_text', text: '<environment_context>x</environment_context>' },
          { type: 'input_text', text: '<image name=[Image #1]>' },
          { type: 'input_image', image_url: 'data:image/png;base64,AAAA' },
          { type: 'input_text', text: '</image>' },
          { type: 'input_text', text: 'What is this?' },
        ],
      }),
      completed({
        type: 'UserMessage',
        id: 'u1',
        content: [
          { type: 'text', text: 'What is this?', text_elements: [] },
          { type: 'local_image', path: '/a.png' },
        ],
      }),
      item({ type: 'custom_tool_call', name: 'exec', call_id: 'c1', input: 'ls' }),
      completed({ type: 'CommandExecution', id: 'c1', status: 'completed', exit_code: 0 }),
      item({ type: 'custom_tool_call_output', call_id: 'c1', output: [{ type: 'input_text', text: 'a' }] }),
      item({
        type: 'image_generation_call',
        id: 'i1',
        status: 'completed',
        revised_prompt: 'A cat',
        result: 'AAAA',
      }),
      says('assistant', 'A cat.'),
      completed({ type: 'AgentMessage', id: 'm1', content: [{ type: 'Text', text: 'A cat.' }] }),
      event({ type: 'task_complete' }),
      says('user', '<div>fix this markup</div>'),
      completed({ type: 'AgentMessage', id: 'm2', content: [{ type: 'Text', text: 'Only told here.' }] }),
      event({ type: 'task_complete', error: { message: 'You have hit your usage limit' } }),
    ]);
    expect(
      rows('messages')
        .toSorted((one, other) => Number(one.sequence) - Number(other.sequence))
        .map(({ role, author, content }) => [role, author, content]),
    ).toEqual([
      ['system', 'environment context', '<environment_context>x</environment_context>'],
      ['user', null, '<image name=[Image #1]>\n\n[image: image/png, 3 bytes]\n\n</image>\n\nWhat is this?'],
      ['assistant', null, 'A cat.'],
      ['user', null, '<div>fix this markup</div>'],
      ['assistant', null, 'Only told here.'],
    ]);
    expect(rows('events').map(({ event_type }) => event_type)).toEqual(['cais', 'cais']);
    const records = rows('event_payloads').map(({ call_records }) => String(call_records));
    expect(records[1]).toContain('[image: 3 bytes]');
    expect(rows('sessions').at(-1)).toMatchObject({
      status: 'error',
      error: 'You have hit your usage limit',
    });
  });

  it('count nothing of the thread that a subagent was started from', async () => {
    const numbered = (ordinal: number, one: Record<string, unknown>) => ({ ...one, ordinal });
    const { rows, warnings } = await read([
      numbered(0, meta({ id: 'child', parent_thread_id: 'parent', subagent_history_start_ordinal: '5' })),
      numbered(1, context('gpt-5')),
      numbered(2, says('user', 'Go')),
      numbered(3, says('assistant', 'I start another.')),
      numbered(4, count([100, 10], [100, 10])),
      numbered(5, says('user', 'Look at it')),
      numbered(6, says('assistant', 'Seen')),
      numbered(7, count([150, 15], [50, 5])),
    ]);
    expect(
      rows('events').map(({ event_type, name, input_tokens }) => [event_type, name, input_tokens]),
    ).toEqual([
      ['other', 'gpt-5, counted in parent', null],
      ['cais', null, '50'],
    ]);
    expect(JSON.parse(rows('sessions').at(-1)?.metadata ?? '')).toMatchObject({
      parent_session_id: 'parent',
      calls_counted_elsewhere: 1,
    });
    expect(warnings.map(({ count: times }) => times)).toEqual([1]);
  });

  it('count the copied beginning of a subagent that does not say where its own begins, and alike subagents apart', async () => {
    const start = [
      context('gpt-5'),
      says('user', 'Go'),
      says('assistant', 'One.'),
      count([100, 10], [100, 10]),
    ];
    const own = [says('user', 'Look'), says('assistant', 'Seen.'), count([150, 15], [50, 5])];
    const child = (id: string, lines: readonly object[]) => {
      const head = meta({ id, parent_thread_id: 'a' });
      return [head, ...lines.map((one) => ({ ...one, timestamp: head.timestamp })), ...own.map(later)];
    };
    const later = (one: object) => ({ ...one, timestamp: '2025-11-02T09:00:00.000Z' });
    await write('rollout-a.jsonl', [meta({ id: 'a' }), ...start]);
    await write('rollout-b.jsonl', child('b', start));
    await write('rollout-c.jsonl', child('c', start));
    const { rows } = await readAll(folder);
    expect(
      rows('events')
        .filter(({ event_type }) => event_type === 'cais')
        .reduce((sum, { input_tokens }) => sum + Number(input_tokens), 0),
    ).toBe(200);
  });

  it('read the bare lines and the document of the first versions', async () => {
    const items = [
      { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'Hi' }] },
      { record_type: 'state' },
      { type: 'local_shell_call', call_id: 'c1', action: { command: ['ls'] }, status: 'completed' },
      { type: 'function_call_output', call_id: 'c1', output: 'a' },
      { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello' }] },
    ];
    const head = { id: 'old', timestamp: '2025-05-01T10:00:00.000Z', instructions: 'Be brief.' };
    const bare = await readAll(await write('rollout-old.jsonl', [head, ...items]));
    expect(bare.sources).toMatchObject([{ format: 'codex', dialect: 'bare' }]);
    const document = await readAll(
      await write('rollout-old.json', [
        { session: head, items: items.filter(({ type }) => type !== undefined) },
      ]),
    );
    expect(document.sources).toMatchObject([{ format: 'codex', dialect: 'json' }]);
    for (const { rows } of [bare, document]) {
      expect(rows('sessions')).toMatchObject([
        { session_id: 'old', title: 'Hi', status: 'completed', created_at: '2025-05-01T10:00:00.000' },
      ]);
      expect(calls(rows('events'))).toHaveLength(2);
      expect(
        rows('messages')
          .filter(({ role }) => role !== 'system')
          .map(({ content }) => content),
      ).toEqual(['Hi', 'Hello']);
    }
  });

  it('show messages that only an event says, errors, aborts and what is new', async () => {
    const path = await write('rollout-2.jsonl', [
      meta(),
      event({ type: 'user_message', message: 'Hi' }),
      event({ type: 'agent_message', message: 'Hello' }),
      line('compacted', { message: 'Said before' }),
      event({ type: 'turn_aborted', reason: 'interrupted' }),
      event({ type: 'brand_new', a: 1 }),
      line('brand_new_line', { b: 1 }),
      event({ type: 'error', message: 'Usage limit' }),
      '{"timestamp":"2025-',
    ]);
    const { rows, files } = await readAll(path);
    expect(rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Hi'],
      ['system', 'Said before'],
      ['assistant', 'Hello'],
    ]);
    expect(rows('events').map(({ name, error }) => [name, error])).toEqual([
      ['turn aborted', null],
      ['brand_new', null],
      ['brand_new_line', null],
      ['error', 'Usage limit'],
    ]);
    expect(rows('sessions')).toMatchObject([{ status: 'error', error: 'Usage limit' }]);
    expect(files).toMatchObject([{ read: 8, skipped: 1 }]);
  });

  // Expected: last_token_usage summed by hand; the sample says no tokens.
  const real = [
    ['codex-rollout-stack', { sums: [0, 0, 0, 0], calls: 2, tools: 1 }],
    ['ccusage/apps/ccusage/test/fixtures/codex', { sums: [3_500, 750, 425, 4_200], calls: 2, tools: 0 }],
  ] as const;
  for (const [name, expected] of real)
    it.skipIf(!hasShared(name))(
      `of the real files in ${name} come to the tokens that they say${needsShared(name)}`,
      async () => {
        const { rows, warnings } = await readAll(join(sharedData, name));
        const sum = (column: string) =>
          calls(rows('events')).reduce((total, row) => total + Number(row[column] ?? 0), 0);
        expect(['input_tokens', 'cache_read_tokens', 'output_tokens', 'total_tokens'].map(sum)).toEqual(
          expected.sums,
        );
        expect(calls(rows('events'))).toHaveLength(expected.calls);
        const records = rows('event_payloads').flatMap(({ call_records }) =>
          JSON.parse(call_records ?? '[]'),
        );
        expect(records.flatMap(({ tool_results }) => tool_results)).toHaveLength(expected.tools);
        expect(warnings).toEqual([]);
      },
    );
});
