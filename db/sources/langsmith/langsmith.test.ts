import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { temporaryFolder } from '../../testing/temporary-folder';
import { type ReadPath, readAll } from '../read-all';
import { isObject, type Json } from '../recorded-chat';

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  folder = await temporaryFolder();
});
afterAll(async () => folder[Symbol.asyncDispose]());

async function readFile(name: string, text: string): Promise<ReadPath> {
  await writeFile(join(folder.path, name), text);
  return readAll(join(folder.path, name));
}

const time = (second: number) => `2025-01-01T10:00:0${second}.000000`;
const root = {
  id: 'r',
  trace_id: 'r',
  name: 'agent',
  run_type: 'chain',
  start_time: time(0),
  end_time: time(9),
  inputs: { input: 'Hi' },
  outputs: {},
  total_tokens: 18,
  total_cost: '0.5',
  feedback_stats: { good: { n: 2, avg: 0.5 } },
};
const llm = {
  id: 'l',
  trace_id: 'r',
  parent_run_id: 'r',
  name: 'ChatOpenAI',
  run_type: 'llm',
  start_time: time(1),
  end_time: time(3),
  total_cost: '0.5',
  extra: {
    metadata: { ls_provider: 'openai', ls_model_name: 'gpt-4o' },
    invocation_params: { temperature: 0 },
  },
  inputs: {
    messages: [
      [{ lc: 1, type: 'constructor', id: ['langchain', 'HumanMessage'], kwargs: { content: 'Hi' } }],
    ],
  },
  outputs: {
    generations: [
      [
        {
          text: 'Hello',
          message: {
            lc: 1,
            type: 'constructor',
            id: ['langchain', 'AIMessage'],
            kwargs: {
              content: 'Hello',
              usage_metadata: {
                input_tokens: 9,
                output_tokens: 9,
                total_tokens: 18,
                input_token_details: { cache_read: 4 },
              },
            },
          },
        },
      ],
    ],
  },
};
const tool = {
  id: 't',
  trace_id: 'r',
  parent_run_id: 'r',
  name: 'search',
  run_type: 'tool',
  start_time: time(4),
  end_time: time(5),
  inputs: { input: 'x' },
  outputs: { output: 'found' },
  error: 'timeout',
};

const expectedEvents = [
  ['cais', null, 'gpt-4o', '9', '4', '0.5', null],
  ['environment', 'search', null, null, null, null, 'timeout'],
];

function eventsOf({ rows }: ReadPath) {
  return rows('events').map((row) => [
    row.event_type,
    row.name,
    row.model,
    row.input_tokens,
    row.cache_read_tokens,
    row.cost_usd,
    row.error,
  ]);
}

describe('the LangSmith reader', () => {
  it.skipIf(!hasShared('langsmith'))(`reads the real runs${needsShared('langsmith')}`, async () => {
    const { rows, warnings } = await readAll(join(sharedData, 'langsmith'));
    expect(warnings).toEqual([]);
    expect(rows('sessions')).toHaveLength(5);
    const calls = rows('events').filter(({ event_type }) => event_type === 'cais');
    const figures = calls.map((row) => [
      row.model,
      row.input_tokens,
      row.output_tokens,
      row.cache_read_tokens,
      row.total_tokens,
    ]);
    expect(figures).toEqual(
      expect.arrayContaining([
        ['gpt-4o-mini-2024-07-18', '9', '9', '0', '18'],
        ['gpt-4o-mini-2024-07-18', null, null, null, null],
        ['o1-mini-2024-09-12', '43', '1901', '0', '1944'],
        ['claude-sonnet-5', '2', '50', '7201', '7253'],
        ['claude-sonnet-5', '2', '30', '7271', '7303'],
      ]),
    );
    expect(calls).toHaveLength(6);
    expect(rows('messages')).toHaveLength(10);
  });

  it('makes a session of a root run: its calls and tools once, feedback as rewards', async () => {
    const read = await readFile('runs.jsonl', [tool, llm, root].map((run) => JSON.stringify(run)).join('\n'));
    expect(read.warnings).toEqual([]);
    expect(eventsOf(read)).toEqual(expectedEvents);
    expect(read.rows('sessions')[0]).toMatchObject({
      session_id: 'r',
      kind: 'trace',
      title: 'agent · Hi',
      status: 'completed',
    });
    expect(read.rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Hello'],
    ]);
    expect(read.rows('rewards')[0]).toMatchObject({
      reward_name: 'good',
      value: '0.5',
      annotation: 'mean of 2',
      scope: 'outcome',
    });
    expect(read.rows('spans').map(({ span_id, parent_span_id }) => [span_id, parent_span_id])).toEqual([
      ['r', null],
      ['l', 'r'],
      ['t', 'r'],
    ]);
  });

  it('reads the same from nested runs, pages, lists, and what the SDK sends first and changes later', async () => {
    const without = (run: object) =>
      Object.fromEntries(Object.entries(run).filter(([key]) => !['trace_id', 'parent_run_id'].includes(key)));
    const nested = { ...without(root), child_runs: [without(llm), without(tool)] };
    const { outputs, end_time, ...first } = llm;
    const batch = {
      post: [root, first, tool],
      patch: [{ id: 'l', trace_id: 'r', dotted_order: 'x', outputs, end_time }],
    };
    for (const value of [nested, { runs: [root, llm, tool] }, [root, llm, tool], batch])
      expect(eventsOf(await readFile('any.json', JSON.stringify(value)))).toEqual(expectedEvents);
  });

  it('reads runs as command-line tools print them, and tells of kinds that are new', async () => {
    const printed = [root, llm, tool].map(({ id, extra, total_cost, total_tokens, ...run }: Json) => ({
      ...run,
      run_id: id,
      custom_metadata: isObject(extra) ? extra.metadata : {},
      token_usage: { total_tokens },
      costs: { total_cost },
    }));
    const oracle = { ...printed[0], run_id: 'o', parent_run_id: 'r', run_type: 'oracle', costs: {} };
    const lines = [...printed, oracle].map((run) => JSON.stringify(run)).join('\n');
    const read = await readFile('printed.jsonl', lines);
    expect(eventsOf(read)).toEqual(expectedEvents);
    expect(read.warnings.map(({ at, message }) => [at, message])).toEqual([
      ['printed.jsonl:4', 'Runs of the kind “oracle” are not known: they are shown as they are.'],
    ]);
    const collected = await readFile(
      'collected.json',
      JSON.stringify({
        export_metadata: { total_traces: 1 },
        traces: [{ ...root, child_runs: [llm, tool] }],
      }),
    );
    expect(eventsOf(collected)).toEqual(expectedEvents);
  });

  it('takes what all calls took from the outermost run where no call tells it, and once', async () => {
    const alone = { ...root, trace_id: 'alone', id: 'alone', prompt_tokens: 12, completion_tokens: 6 };
    const details = { prompt_token_details: { cache_read: 4 }, completion_token_details: { reasoning: 2 } };
    const figures = ({ rows }: ReadPath) =>
      rows('events')
        .filter(({ input_tokens, cost_usd }) => input_tokens !== null || cost_usd !== null)
        .map((row) => [
          row.name,
          row.input_tokens,
          row.cache_read_tokens,
          row.reasoning_tokens,
          row.cost_usd,
        ]);
    const one = await readFile('roots.jsonl', `${JSON.stringify({ ...alone, ...details })}\n`);
    expect(figures(one)).toEqual([['all calls of the run', '12', '4', '2', '0.5']]);
    const both = await readFile('both.json', JSON.stringify([{ ...root, prompt_tokens: 12 }, llm]));
    expect(figures(both)).toEqual([[null, '9', '4', null, '0.5']]);
  });

  it('takes cache writes from how long they live where their sum is told as nothing', async () => {
    const usage_metadata = {
      input_tokens: 145,
      output_tokens: 4,
      total_tokens: 149,
      input_token_details: {
        cache_read: 100,
        cache_creation: 0,
        ephemeral_5m_input_tokens: 30,
        ephemeral_1h_input_tokens: 5,
      },
    };
    const { rows } = await readFile(
      'cached.jsonl',
      `${JSON.stringify({ ...llm, outputs: { usage_metadata } })}\n`,
    );
    expect(
      rows('events').map((row) => [
        row.input_tokens,
        row.cache_read_tokens,
        row.cache_write_tokens,
        row.total_tokens,
      ]),
    ).toEqual([['145', '100', '35', '149']]);
  });

  it('reads CSV, its objects as JSON or as Python writes them', async () => {
    const columns = [
      '',
      'id',
      'trace_id',
      'run_type',
      'start_time',
      'end_time',
      'prompt_tokens',
      'total_cost',
    ];
    const row = (values: readonly unknown[]) =>
      values.map((value) => `"${String(value ?? '').replaceAll('"', '""')}"`).join(',');
    const of = (index: number, run: Record<string, unknown>, more: readonly unknown[]) =>
      row([index, ...columns.slice(1).map((name) => run[name]), ...more]);
    const text = [
      row([...columns, 'outputs', 'extra', 'child_runs']),
      of(0, { ...root, prompt_tokens: 9 }, ['{}', '{}', '[]']),
      of(1, llm, [JSON.stringify(llm.outputs), JSON.stringify(llm.extra), '']),
      of(2, { ...llm, id: 'l2', prompt_tokens: 7 }, ["{'a': None}", "{'metadata': {}}", '']),
    ].join('\n');
    const read = await readFile('runs.csv', `${text}\n`);
    expect(read.warnings).toEqual([]);
    expect(eventsOf(read).map(([type, , model, input, , cost]) => [type, model, input, cost])).toEqual([
      ['cais', 'gpt-4o', '9', '0.5'],
      ['cais', null, '7', '0.5'],
    ]);
  });

  it('counts the runs of a file once that was copied, and says so', async () => {
    const copied = join(folder.path, 'copied');
    await mkdir(copied);
    const lines = [tool, llm, root].map((run) => JSON.stringify(run)).join('\n');
    await writeFile(join(copied, 'runs.jsonl'), lines);
    await writeFile(join(copied, 'runs (copy).json'), JSON.stringify({ ...root, child_runs: [llm, tool] }));
    const read = await readAll(copied);
    expect(eventsOf(read)).toHaveLength(2);
    expect(read.rows('sessions')).toHaveLength(1);
    expect(read.warnings.map(({ message }) => message)).toEqual(
      new Array(3).fill('The run was read before, from another file.'),
    );
  });

  it('opens objects that are written as text, and shows what came before a file breaks off', async () => {
    const inText = {
      ...llm,
      inputs: JSON.stringify(llm.inputs),
      outputs: JSON.stringify(llm.outputs),
      extra: JSON.stringify(llm.extra),
    };
    const whole = await readFile('text.jsonl', `${JSON.stringify(inText)}\n`);
    expect(whole.rows('events').map(({ model, input_tokens }) => [model, input_tokens])).toEqual([
      ['gpt-4o', '9'],
    ]);
    const text = JSON.stringify({ runs: [root, llm] });
    const cut = await readFile('cut-runs.json', text.slice(0, text.indexOf('"kwargs":{"content":"Hello"')));
    expect(cut.rows('messages').map(({ content }) => content)).toContain('Hi');
    expect(cut.warnings.map(({ message }) => message)).toEqual([
      'The file breaks off: what came before is shown.',
    ]);
  });

  it('keeps what fits of odd records and locates the others', async () => {
    const odd = [llm, { nothing: true }, { ...tool, inputs: null, start_time: {} }].map((run) =>
      JSON.stringify(run),
    );
    const read = await readFile('odd.jsonl', [...odd, '{"id":'].join('\n'));
    expect(read.rows('events')).toHaveLength(2);
    expect(read.files[0]?.skipped).toBe(2);
    expect(read.warnings.map(({ at }) => at)).toEqual(['odd.jsonl:2', 'odd.jsonl:4']);
  });
});
