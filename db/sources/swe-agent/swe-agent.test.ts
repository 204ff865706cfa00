import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { temporaryFolder } from '../../testing/temporary-folder';
import { type ReadPath, readAll } from '../read-all';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => folder[Symbol.asyncDispose]());

async function readValue(name: string, value: unknown): Promise<ReadPath> {
  await writeFile(join(folder.path, name), typeof value === 'string' ? value : JSON.stringify(value));
  return readAll(join(folder.path, name));
}

const trajectory = {
  environment: 'main',
  trajectory: [
    {
      action: 'ls\n',
      observation: 'a.py',
      response: 'Look.\n```\nls\n```',
      thought: 'Look.',
      state: '{"open_file":"n/a"}',
      execution_time: 0.5,
    },
    {
      action: 'submit\n',
      observation: 'diff',
      response: 'Done.',
      thought: 'Done.',
      state: { open_file: 'a.py' },
    },
  ],
  history: [
    { role: 'system', content: 'You are an agent.' },
    { role: 'user', content: 'ISSUE:\nIt crashes\nMore text' },
    { role: 'assistant', content: 'Look.', thought: 'Look.', action: 'ls\n' },
    { role: 'user', content: 'a.py' },
  ],
  info: {
    exit_status: 'submitted',
    submission: 'diff',
    model_stats: { total_cost: 9, instance_cost: 0.5, tokens_sent: 100, tokens_received: 20, api_calls: 2 },
  },
};

describe('the SWE-agent reader', () => {
  it.skipIf(!hasShared('swe-agent'))(
    `reads the real trajectories: a step each, the cost of a run once${needsShared('swe-agent')}`,
    async () => {
      const { rows, warnings } = await readAll(join(sharedData, 'swe-agent'));
      expect(warnings).toEqual([]);
      expect(rows('sessions')).toHaveLength(8);
      const kinds = rows('events').map(({ event_type }) => event_type);
      // 5 + 14 + 11 + 12 + 21 + 16 + 14 steps, and 5 turns of a demonstration that keeps its chat alone.
      expect([
        kinds.filter((kind) => kind === 'cais').length,
        kinds.filter((kind) => kind === 'environment').length,
      ]).toEqual([98, 98]);
      const measured = rows('events').filter(({ cost_usd }) => cost_usd !== null);
      expect(measured.map((row) => [row.name, row.input_tokens, row.output_tokens, row.cost_usd])).toEqual([
        ['model_stats, all 5 calls', '52861', '326', '0.53839'],
      ]);
    },
  );

  it('makes a step of thought, action and observation', async () => {
    const { rows, warnings } = await readValue('issue.traj', trajectory);
    expect(warnings).toEqual([]);
    expect(rows('sessions')[0]).toMatchObject({
      session_id: 'issue',
      title: 'It crashes',
      status: 'completed',
    });
    expect(rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['system', 'You are an agent.'],
      ['user', 'ISSUE:\nIt crashes\nMore text'],
      ['assistant', 'Look.'],
      ['assistant', 'Done.'],
    ]);
    expect(
      rows('events').map(({ event_type, name, latency_ms, cost_usd, cost_basis }) => [
        event_type,
        name,
        latency_ms,
        cost_usd,
        cost_basis,
      ]),
    ).toEqual([
      ['cais', null, null, null, null],
      ['environment', 'ls', '500', null, null],
      ['cais', null, null, null, null],
      ['environment', 'submit', null, null, null],
      ['runtime', 'model_stats, all 2 calls', null, '0.5', 'reported'],
    ]);
    expect(rows('event_payloads')[1]?.state_after).toBe('{"open_file":"n/a"}');
    expect(rows('timesteps')).toHaveLength(2);
  });

  it('reads mini-swe-agent: the cost of each answer, not the total too', async () => {
    const answer = { model: 'gpt-5', usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } };
    const mini = {
      info: {
        model_stats: { instance_cost: 0.25, api_calls: 1 },
        mini_version: '1.0',
        exit_status: 'Submitted',
      },
      messages: [
        { role: 'user', content: 'Fix it.' },
        { role: 'assistant', content: 'echo done', extra: { cost: 0.25, response: answer } },
      ],
    };
    const { rows } = await readValue('mini.traj.json', mini);
    expect(
      rows('events').map(({ event_type, model, input_tokens, cost_usd }) => [
        event_type,
        model,
        input_tokens,
        cost_usd,
      ]),
    ).toEqual([['cais', 'gpt-5', '7', '0.25']]);
    expect(rows('sessions')[0]?.status).toBe('completed');
  });

  it('reads the tool calls of mini-swe-agent with their times, and a command that could not be run as an error', async () => {
    const said = (content: string, call: string, timestamp: number) => ({
      role: 'assistant',
      content,
      tool_calls: [{ id: call, type: 'function', function: { name: 'bash', arguments: '{"command":"ls"}' } }],
      extra: {
        actions: [{ command: 'ls', tool_call_id: call }],
        cost: 0.125,
        timestamp,
        response: {
          model: 'deepseek-chat',
          usage: {
            prompt_tokens: 100,
            completion_tokens: 7,
            total_tokens: 107,
            prompt_tokens_details: { cached_tokens: 60 },
            completion_tokens_details: null,
          },
        },
      },
    });
    const ran = (call: string, timestamp: number, exception_info = '') => ({
      role: 'tool',
      tool_call_id: call,
      content: '<returncode>0</returncode>',
      extra: { raw_output: '', returncode: 0, timestamp, exception_info },
    });
    const { rows, warnings } = await readValue('mini2.traj.json', {
      info: {
        model_stats: { instance_cost: 0.25, api_calls: 2 },
        config: { model: { model_name: 'deepseek/deepseek-chat' } },
        mini_version: '2.2.7',
        exit_status: 'Submitted',
      },
      messages: [
        { role: 'user', content: 'Fix it.' },
        said('Look.', 'c1', 1775795607.868),
        ran('c1', 1775795608.039),
        said('Again.', 'c2', 1775795610.6),
        ran('c2', 1775795611, 'No such command'),
        { role: 'exit', content: 'diff', extra: { exit_status: 'Submitted' } },
      ],
      trajectory_format: 'mini-swe-agent-1.1',
    });
    expect(warnings).toEqual([]);
    expect(rows('sessions')[0]).toMatchObject({
      started_at: '2026-04-10T04:33:27.868',
      ended_at: '2026-04-10T04:33:31',
      status: 'completed',
    });
    expect(
      rows('events').map(({ event_type, name, model, input_tokens, cache_read_tokens, cost_usd, error }) => [
        event_type,
        name,
        model,
        input_tokens,
        cache_read_tokens,
        cost_usd,
        error,
      ]),
    ).toEqual([
      ['cais', null, 'deepseek-chat', '100', '60', '0.125', null],
      ['environment', 'bash', null, null, null, null, null],
      ['cais', null, 'deepseek-chat', '100', '60', '0.125', null],
      ['environment', 'bash', null, null, null, null, 'No such command'],
    ]);
  });

  it('reads a trajectory that is too large for one piece to the same rows', async () => {
    const steps = ['ls', 'submit'].map((action) => ({
      action,
      observation: `of ${action}`,
      response: action,
      thought: `I ${action}`,
      query: [{ role: 'user', content: 'Fix it' }],
    }));
    const history = [
      { role: 'user', content: 'Fix it' },
      ...steps.map(({ action }) => ({ role: 'assistant', content: action, action })),
    ];
    const info = {
      exit_status: 'submitted',
      model_stats: { instance_cost: 0.5, tokens_sent: 9, tokens_received: 1 },
    };
    const text = JSON.stringify({ trajectory: steps, history, info });
    const read = async (content: string) => {
      await writeFile(join(folder.path, 'large.traj'), content);
      return readAll(join(folder.path, 'large.traj'));
    };
    const small = await read(text);
    const large = await read(text.replace('[', () => `[${' '.repeat(64_000_000)}`));
    expect(small.rows('events').map(({ name, cost_usd }) => [name, cost_usd])).toEqual([
      [null, null],
      ['ls', null],
      [null, null],
      ['submit', null],
      ['model_stats, all calls', '0.5'],
    ]);
    for (const table of ['sessions', 'events', 'messages'] as const)
      expect(large.rows(table)).toEqual(small.rows(table));
    expect(large.warnings).toEqual([]);
  });

  it('reads answers of the Responses API as mini-swe-agent keeps them, and the name it had for dollars for a time', async () => {
    const response = (output: unknown[], input: number, cost: number) => ({
      object: 'response',
      model: 'gpt-5',
      output,
      usage: {
        input_tokens: input,
        output_tokens: 5,
        total_tokens: input + 5,
        input_tokens_details: { cached_tokens: 8 },
      },
      extra: { cost, timestamp: 1_760_000_000 },
    });
    const call = { type: 'function_call', call_id: 'c1', name: 'bash', arguments: '{"command":"ls"}' };
    const messages = [
      { role: 'user', content: 'Fix it' },
      response(
        [
          { type: 'reasoning', summary: [] },
          { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'I look.' }] },
          call,
        ],
        10,
        0.25,
      ),
      { type: 'function_call_output', call_id: 'c1', output: 'a.py', extra: { returncode: 0 } },
      response([{ ...call, call_id: 'c2' }], 20, 0.5),
      { role: 'exit', content: 'diff', extra: { exit_status: 'Submitted' } },
    ];
    const info = {
      model_stats: { instance_cost: 0.75, api_calls: 2 },
      mini_version: '2.2.6',
      exit_status: 'Submitted',
    };
    const { rows, warnings } = await readValue('responses.traj.json', { info, messages });
    expect(warnings).toEqual([]);
    expect(
      rows('events').map((row) => [
        row.name,
        row.model,
        row.input_tokens,
        row.cache_read_tokens,
        row.cost_usd,
      ]),
    ).toEqual([
      [null, 'gpt-5', '10', '8', '0.25'],
      ['bash', null, null, null, null],
      [null, 'gpt-5', '20', '8', '0.5'],
    ]);
    expect(rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Fix it'],
      ['assistant', 'I look.'],
      ['other', 'diff'],
    ]);
    const early = { ...info, model_stats: { cost: 0.75, api_calls: 2 } };
    const chat = [
      { role: 'user', content: 'Fix it' },
      { role: 'assistant', content: 'Done' },
    ];
    const whole = await readValue('early.traj.json', { info: early, messages: chat });
    expect(whole.rows('events').map(({ event_type, cost_usd }) => [event_type, cost_usd])).toEqual([
      ['cais', null],
      ['runtime', '0.75'],
    ]);
  });

  it('reads mini-swe-agent before tool calls: commands in blocks of code, tokens by answer, dollars once', async () => {
    const messages = [
      { role: 'system', content: 'You can run commands.' },
      { role: 'user', content: 'Fix it.' },
      {
        role: 'assistant',
        content: 'THOUGHT: look.\n\n```bash\nls -la\n```',
        extra: {
          response: {
            model: 'claude-x',
            usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 },
          },
        },
      },
      { role: 'user', content: '<returncode>0</returncode>\n<output>\na.py\n</output>' },
    ];
    const stats = { instance_cost: 0.5, api_calls: 1 };
    const { rows } = await readValue('mini1.traj.json', {
      info: { model_stats: stats, mini_version: '1.14.0', exit_status: 'LimitsExceeded' },
      messages,
    });
    expect(rows('sessions')[0]?.status).toBe('error');
    expect(
      rows('events').map(({ event_type, name, input_tokens, cost_usd, cost_basis }) => [
        event_type,
        name,
        input_tokens,
        cost_usd,
        cost_basis,
      ]),
    ).toEqual([
      ['cais', null, '7', null, null],
      ['environment', 'ls', null, null, null],
      ['runtime', 'model_stats, all 1 calls', null, '0.5', 'reported'],
    ]);
    const alone = await readValue('alone.traj.json', messages);
    expect(alone.sources[0]?.format).toBe('swe-agent');
    expect(alone.rows('events').map(({ event_type }) => event_type)).toEqual(['cais', 'environment']);
  });

  it('shows each of several attempts, counted once, and what choosing took at the one that was chosen', async () => {
    const [one, two] = [0.5, 0.25].map((instance_cost) => ({
      ...trajectory,
      info: {
        ...trajectory.info,
        model_stats: { instance_cost, tokens_sent: 10, tokens_received: 2, api_calls: 2 },
      },
    }));
    const document = {
      attempts: [one, two],
      ...two,
      info: {
        ...two?.info,
        best_attempt_idx: 1,
        rloop_model_stats: { instance_cost: 0.125, tokens_sent: 5, tokens_received: 1, api_calls: 1 },
        model_stats: { instance_cost: 0.875, tokens_sent: 25, tokens_received: 5, api_calls: 5 },
      },
    };
    const { rows, sources } = await readValue('tried.traj', document);
    expect(sources[0]?.dialect).toBe('attempts');
    expect(rows('sessions').map(({ session_id }) => session_id)).toEqual([
      'tried/attempt_1',
      'tried/attempt_2',
    ]);
    expect(
      rows('events')
        .filter(({ cost_usd }) => cost_usd !== null)
        .map(({ session_id, name, input_tokens, cost_usd }) => [session_id, name, input_tokens, cost_usd]),
    ).toEqual([
      ['tried/attempt_1', 'model_stats, all 2 calls', '10', '0.5'],
      ['tried/attempt_2', 'model_stats, all 2 calls', '10', '0.25'],
      ['tried/attempt_2', 'rloop_model_stats, all 1 calls', '5', '0.125'],
    ]);
  });

  it('takes no demonstration in the chat for a step', async () => {
    const call = (name: string) => [{ id: name, type: 'function', function: { name, arguments: '{}' } }];
    const { rows } = await readValue('demo.traj', {
      ...trajectory,
      history: [
        { role: 'system', content: 'You are an agent.' },
        { role: 'assistant', content: 'As in this example.', is_demo: true, tool_calls: call('edit') },
        { role: 'user', content: 'ISSUE:\nIt crashes' },
        { role: 'assistant', content: 'Look.', tool_calls: call('bash') },
        { role: 'tool', content: 'a.py', tool_call_ids: ['bash'] },
        { role: 'assistant', content: 'Done.', tool_calls: call('submit') },
      ],
    });
    expect(
      rows('messages')
        .slice(0, 3)
        .map(({ role, author, content }) => [role, author, content]),
    ).toEqual([
      ['system', null, 'You are an agent.'],
      ['assistant', 'demonstration', 'As in this example.'],
      ['user', null, 'ISSUE:\nIt crashes'],
    ]);
    const ran = rows('events').filter(({ event_type }) => event_type === 'environment');
    expect(ran.map(({ name }) => name)).toEqual(['bash', 'submit']);
  });

  it('shows what came before a file breaks off, and says which field is of another type', async () => {
    const text = JSON.stringify({ ...trajectory, history: 5 });
    const odd = await readValue('odd.traj', text);
    expect(odd.rows('timesteps')).toHaveLength(2);
    expect(odd.warnings.map(({ at }) => at)).toEqual(['odd.traj:$.history']);
    const cut = await readValue('cut.traj', text.slice(0, text.indexOf('submit')));
    expect(cut.rows('timesteps').length).toBeGreaterThan(0);
    expect(cut.warnings.map(({ message }) => message)).toContain(
      'The file breaks off: what came before is shown.',
    );
  });
});
