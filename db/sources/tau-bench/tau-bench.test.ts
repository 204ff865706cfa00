import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { temporaryFolder } from '../../testing/temporary-folder';
import { type ReadPath, readAll } from '../read-all';

const entry = (task_id: number, trial: number, reward: number) => ({
  task_id,
  reward,
  trial,
  info: {
    task: { user_id: 'u', instruction: 'You want to cancel.', actions: [] },
    user_cost: 0.25,
    reward_info: { reward, info: { r_actions: reward } },
  },
  traj: [
    { role: 'system', content: 'Policy' },
    { role: 'user', content: 'Cancel it.' },
    {
      role: 'assistant',
      content: null,
      tool_calls: [{ id: 'c1', type: 'function', function: { name: 'cancel', arguments: '{"id":1}' } }],
    },
    { role: 'tool', tool_call_id: 'c1', name: 'cancel', content: 'Error: unknown id' },
    { role: 'assistant', content: 'It is not there.' },
    { role: 'user', content: '###STOP###' },
  ],
});

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => folder[Symbol.asyncDispose]());

async function readText(name: string, text: string): Promise<ReadPath> {
  await writeFile(join(folder.path, name), text);
  return readAll(join(folder.path, name));
}

describe('the tau-bench reader', () => {
  it.skipIf(!hasShared('tau-bench'))(
    `reads 200 real conversations with their turns, tools, rewards and costs${needsShared('tau-bench')}`,
    async () => {
      const { rows, warnings } = await readAll(
        join(sharedData, 'tau-bench/historical_trajectories/gpt-4o-airline.json'),
      );
      expect(warnings).toEqual([]);
      expect(rows('sessions')).toHaveLength(200);
      const kinds = rows('events').map(({ event_type }) => event_type);
      expect(kinds.filter((kind) => kind === 'cais')).toHaveLength(2454);
      expect(kinds.filter((kind) => kind === 'environment')).toHaveLength(1164);
      const roles = rows('messages').map(({ role }) => role);
      expect(roles.filter((role) => role === 'system')).toHaveLength(200);
      expect(roles.filter((role) => role === 'user')).toHaveLength(1490);
      expect(rows('rewards').filter(({ value }) => value === '1')).toHaveLength(84);
      const usd = rows('events').reduce((sum, { cost_usd }) => sum + Number(cost_usd ?? 0), 0);
      expect(usd).toBeCloseTo(0.50315, 9);
    },
  );

  it.skipIf(!hasShared('tau-bench'))(
    `reads the few-shot conversations${needsShared('tau-bench')}`,
    async () => {
      const { rows, warnings } = await readAll(join(sharedData, 'tau-bench/few_shot_data'));
      expect(warnings).toEqual([]);
      expect(rows('sessions')).toHaveLength(88);
    },
  );

  it('makes a session of an entry, with what each tool answered and the reward', async () => {
    const name = 'tool-calling-gpt-4o-0.0_range_0--1_user-gpt-4o-mini-llm_0514.json';
    const { rows, warnings } = await readText(name, JSON.stringify([entry(1, 0, 1), entry(1, 1, 0)]));
    expect(warnings).toEqual([]);
    expect(rows('sessions').map(({ title, status }) => [title, status])).toEqual([
      ['Task 1 · You want to cancel.', 'completed'],
      ['Task 1 · You want to cancel.', 'completed'],
    ]);
    expect(
      rows('events')
        .slice(0, 4)
        .map(({ event_type, name: called, model, error, cost_usd }) => [
          event_type,
          called,
          model,
          error,
          cost_usd,
        ]),
    ).toEqual([
      ['cais', null, 'gpt-4o', null, null],
      ['environment', 'cancel', null, 'Error: unknown id', null],
      ['cais', null, 'gpt-4o', null, null],
      ['runtime', 'user simulator, all its calls', 'gpt-4o-mini', null, '0.25'],
    ]);
    expect(rows('rewards').map(({ value }) => value)).toEqual(['1', '0']);
  });

  it('reads tau2 results: usage and cost of each message, the task told once', async () => {
    const results = {
      timestamp: '2025-06-01T10:00:00',
      info: { agent_info: { llm: 'gpt-4.1' }, user_info: { llm: 'gpt-4.1-mini' } },
      tasks: [{ id: '7', user_scenario: { instructions: { reason_for_call: 'A refund.' } } }],
      simulations: [
        {
          id: 'sim-1',
          task_id: '7',
          trial: 0,
          start_time: '2025-06-01T10:00:00',
          end_time: '2025-06-01T10:01:00',
          user_cost: 0.5,
          reward_info: { reward: 1 },
          messages: [
            { role: 'user', content: 'Refund?', timestamp: '2025-06-01T10:00:01' },
            {
              role: 'assistant',
              content: 'Yes.',
              timestamp: '2025-06-01T10:00:02',
              cost: 0.125,
              usage: { prompt_tokens: 9, completion_tokens: 3 },
            },
          ],
        },
      ],
    };
    const { rows, warnings } = await readText('tau2.json', JSON.stringify(results));
    expect(warnings).toEqual([]);
    expect(rows('sessions')[0]).toMatchObject({
      session_id: 'sim-1',
      title: 'Task 7 · A refund.',
      ended_at: '2025-06-01T10:01:00',
    });
    expect(
      rows('events').map(({ model, input_tokens, cost_usd }) => [model, input_tokens, cost_usd]),
    ).toEqual([
      ['gpt-4.1', '9', '0.125'],
      ['gpt-4.1-mini', null, '0.5'],
    ]);
  });

  it('takes the agent’s dollars from the simulation where its messages say none', async () => {
    const simulation = (id: string, cost: number | null) => ({
      id,
      task_id: '7',
      agent_cost: 0.5,
      messages: [{ role: 'assistant', content: 'Yes.', cost }],
    });
    const results = {
      info: { agent_info: { llm: 'gpt-4.1' } },
      tasks: [],
      simulations: [simulation('none', null), simulation('said', 0.5)],
    };
    const { rows } = await readText('agent-cost.json', JSON.stringify(results));
    expect(
      rows('events').map(({ session_id, event_type, cost_usd }) => [session_id, event_type, cost_usd]),
    ).toEqual([
      ['none', 'cais', null],
      ['none', 'runtime', '0.5'],
      ['said', 'cais', '0.5'],
    ]);
  });

  it('takes cached tokens and the model from what the provider answered, and no greeting for a call', async () => {
    const answered = (turn_idx: number, role: string, model: string) => ({
      role,
      content: 'Well.',
      turn_idx,
      cost: 0,
      usage: { prompt_tokens: 1000, completion_tokens: 10 },
      raw_data: {
        model,
        usage: {
          prompt_tokens: 1000,
          completion_tokens: 10,
          total_tokens: 1010,
          prompt_tokens_details: { cached_tokens: 800 },
          completion_tokens_details: { reasoning_tokens: 4 },
        },
      },
    });
    const greeting = { role: 'assistant', content: 'Hi!', turn_idx: 0, cost: 0, usage: null, raw_data: null };
    const simulation = {
      id: 'alone',
      task_id: '7',
      termination_reason: 'user_stop',
      messages: [greeting, answered(1, 'user', 'gpt-4.1-mini'), answered(2, 'assistant', 'gpt-4.1')],
    };
    const { rows } = await readText('alone.json', JSON.stringify(simulation));
    expect(rows('messages').map(({ role }) => role)).toEqual(['assistant', 'user', 'assistant']);
    expect(
      rows('events').map((row) => [
        row.model,
        row.input_tokens,
        row.cache_read_tokens,
        row.reasoning_tokens,
        row.total_tokens,
      ]),
    ).toEqual([
      ['gpt-4.1', '1000', '800', '4', '1010'],
      ['gpt-4.1-mini', '1000', '800', '4', '1010'],
    ]);
  });

  const dualControl = {
    id: 'sim-2',
    task_id: 'phone',
    start_time: '2025-06-01T10:00:00',
    end_time: '2025-06-01T10:01:00',
    termination_reason: 'user_stop',
    reward_info: { reward: 0.5 },
    messages: [
      {
        role: 'user',
        content: null,
        tool_calls: [{ id: 'u1', name: 'toggle_data', arguments: {}, requestor: 'user' }],
        usage: { prompt_tokens: 20, completion_tokens: 4 },
        cost: 0,
      },
      { role: 'tool', id: 'u1', content: 'Data is on.', requestor: 'user', error: false },
      { role: 'user', content: 'It is on.', usage: { prompt_tokens: 30, completion_tokens: 5 }, cost: 0 },
      {
        role: 'assistant',
        content: 'Good.',
        usage: { prompt_tokens: 9, completion_tokens: 3 },
        cost: 0,
        generation_time_seconds: 1.5,
      },
    ],
  };

  it('reads a simulation in a file of its own by what stands beside it: tools of the user, tokens, no price for zero', async () => {
    const run = join(folder.path, 'voice-run');
    await mkdir(join(run, 'simulations'), { recursive: true });
    const about = {
      timestamp: '2025-06-01T10:00:00',
      info: { agent_info: { llm: 'a-model' }, user_info: { llm: 'u-model' } },
      tasks: [{ id: 'phone', user_scenario: { instructions: 'No data.' } }],
      simulation_index: [{ id: 'sim-2', task_id: 'phone', trial: 0 }],
    };
    await writeFile(join(run, 'results.json'), JSON.stringify(about));
    await writeFile(join(run, 'simulations/sim-2.json'), JSON.stringify(dualControl));
    const { rows, warnings, failures, files } = await readAll(run);
    expect([warnings, failures, files.flatMap(({ reasons }) => reasons)]).toEqual([[], [], []]);
    expect(rows('sessions').map(({ session_id, title }) => [session_id, title])).toEqual([
      ['sim-2', 'Task phone · No data.'],
    ]);
    expect(new Set(rows('experiments').map(({ experiment_id }) => experiment_id))).toContain('voice-run');
    expect(rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['user', 'It is on.'],
      ['assistant', 'Good.'],
    ]);
    expect(
      rows('events').map(({ name, model, input_tokens, output_tokens, cost_usd, latency_ms }) => [
        name,
        model,
        input_tokens,
        output_tokens,
        cost_usd,
        latency_ms,
      ]),
    ).toEqual([
      ['toggle_data', null, null, null, null, null],
      [null, 'a-model', '9', '3', null, '1500'],
      ['user simulator, all its calls', 'u-model', '50', '9', null, null],
    ]);
    expect(rows('rewards').map(({ value }) => value)).toEqual(['0.5']);
    const alone = await readAll(join(run, 'results.json'));
    await rm(join(run, 'simulations'), { recursive: true });
    const without = await readAll(run);
    expect([alone, without].map(({ warnings: said }) => said.map(({ message }) => message))).toEqual([
      ['The file describes a run of 1 task: open its folder for the conversations in “simulations”.'],
      [
        'The file describes a run of 1 task and holds no conversation: they are in a folder “simulations”, which is not beside it.',
      ],
    ]);
  });

  it('opens a file of one conversation', async () => {
    const line = JSON.stringify({ messages_display: 'user: Hello\nassistant: Hi\n' });
    const { rows } = await readText('one-few_shot.jsonl', `${line}\n`);
    expect(rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Hello'],
      ['assistant', 'Hi'],
    ]);
  });

  it('shows what came before a file breaks off, and locates what is no conversation', async () => {
    const text = JSON.stringify([entry(1, 0, 1), 7, entry(2, 0, 'high' as unknown as number)]);
    const { rows, warnings, files } = await readText('odd.json', text);
    expect(rows('sessions')).toHaveLength(2);
    expect(files[0]?.reasons).toEqual([{ reason: 'The record is no tau-bench conversation.', count: 1 }]);
    expect(warnings.map(({ at }) => at)).toEqual(['odd.json:[1]', 'odd.json:[2].reward']);
    const cut = await readText('cut.json', text.slice(0, text.length / 3));
    expect(cut.rows('sessions')).toHaveLength(1);
    expect(cut.warnings.map(({ message }) => message)).toContain(
      'The file breaks off: what came before is shown.',
    );
  });

  it('gives rows or a code for a file cut anywhere', async () => {
    const text = JSON.stringify([entry(1, 0, 1), entry(2, 0, 0)]);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), async (end) => {
        const outcome = await readText('any.json', text.slice(0, end)).then(
          ({ rows }) => rows('sessions').length,
          (error: { code?: string }) => error.code ?? String(error),
        );
        expect([1, 2, 'FORMAT_UNKNOWN']).toContain(outcome);
      }),
      { seed: 3, numRuns: 10 },
    );
  });
});
