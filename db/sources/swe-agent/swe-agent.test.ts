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
