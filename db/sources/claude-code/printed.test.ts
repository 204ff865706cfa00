import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openWorkspace } from '../../analytics/workspace';
import { readAll, type TextRow } from '../read-all';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-printed-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const SONNET = 'claude-sonnet-4-5-20250929';
const HAIKU = 'claude-haiku-4-5-20251001';
const of = (type: string, fields: Record<string, unknown>) => ({
  type,
  session_id: 'run-1',
  uuid: `${type}-${JSON.stringify(fields).length}`,
  ...fields,
});
const init = of('system', { subtype: 'init', cwd: '/work/shop', model: SONNET, tools: ['Bash'] });
/** As it is printed: the output that had come when its first block was whole. */
const answer = (
  id: string,
  content: unknown,
  { output = 2, model = SONNET, parent = null as string | null } = {},
) =>
  of('assistant', {
    parent_tool_use_id: parent,
    message: {
      id,
      role: 'assistant',
      model,
      content: [content],
      stop_reason: null,
      usage: {
        input_tokens: 10,
        cache_creation_input_tokens: 200,
        cache_read_input_tokens: 3_000,
        output_tokens: output,
      },
    },
  });
const text = (said: string) => ({ type: 'text', text: said });
const took = (calls: number, output: number, costUSD: number) => ({
  inputTokens: 10 * calls,
  cacheCreationInputTokens: 200 * calls,
  cacheReadInputTokens: 3_000 * calls,
  outputTokens: output,
  costUSD,
});
const result = (modelUsage: Record<string, { costUSD: number }>, fields = {}) =>
  of('result', {
    subtype: 'success',
    is_error: false,
    duration_ms: 1_200,
    result: 'Done.',
    total_cost_usd: Object.values(modelUsage).reduce((sum, { costUSD }) => sum + costUSD, 0),
    usage: { input_tokens: 10, output_tokens: 1 },
    modelUsage,
    ...fields,
  });

async function read(lines: readonly unknown[], name = 'out.jsonl') {
  const path = join(folder, name);
  await writeFile(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  const all = await readAll(path);
  const events = all.rows('events');
  const sum = (column: string) => events.reduce((total, row) => total + Number(row[column] ?? 0), 0);
  return { ...all, events, sum, path };
}
const figures = (rows: readonly TextRow[]) =>
  rows
    .filter(
      ({ total_tokens, cost_basis, event_type }) =>
        event_type === 'cais' || cost_basis !== null || total_tokens !== null,
    )
    .map(({ event_type, model, input_tokens, output_tokens, cost_usd, cost_basis }) => [
      event_type,
      model,
      input_tokens,
      output_tokens,
      cost_usd,
      cost_basis,
    ]);

describe('what claude -p prints', () => {
  it('comes to the tokens and dollars of its result, whose calls say only the output that had come', async () => {
    const { events, sum, sources, warnings, rows } = await read([
      init,
      answer('m1', { type: 'tool_use', id: 't1', name: 'Bash', input: {} }),
      of('user', {
        message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: 'ok' }] },
      }),
      answer('m2', text('Done.')),
      result({ [`${SONNET}[1m]`]: took(2, 480, 0.03), [HAIKU]: took(1, 40, 0.002) }),
    ]);
    expect([sources[0]?.format, warnings]).toEqual(['claude-code', []]);
    expect(figures(events)).toEqual([
      ['cais', SONNET, '10', null, null, null],
      ['cais', SONNET, '10', null, null, null],
      ['runtime', SONNET, '0', '480', '0.03', 'reported'],
      ['runtime', HAIKU, '10', '40', '0.002', 'reported'],
    ]);
    expect([sum('input_tokens'), sum('output_tokens'), sum('cache_read_tokens')]).toEqual([30, 520, 9_000]);
    expect(sum('cost_usd')).toBeCloseTo(0.032, 12);
    // What it answered was said by the call already.
    expect(rows('messages').map(({ content }) => content)).toEqual(['Done.']);
    expect(rows('sessions').at(-1)).toMatchObject({ session_id: 'run-1', status: 'completed' });
  });

  it('gives a call alone all that its result says, and calls that add up their own output', async () => {
    const alone = await read([init, answer('m1', text('Done.')), result({ [SONNET]: took(1, 77, 0.01) })]);
    expect(figures(alone.events)).toEqual([['cais', SONNET, '10', '77', '0.01', 'reported']]);
    const whole = await read([
      init,
      answer('m1', text('One.'), { output: 30 }),
      answer('m2', text('Two.'), { output: 12 }),
      result({ [SONNET]: took(2, 42, 0.02) }),
    ]);
    expect(figures(whole.events)).toEqual([
      ['cais', SONNET, '10', '30', null, null],
      ['cais', SONNET, '10', '12', null, null],
      ['runtime', SONNET, null, null, '0.02', 'reported'],
    ]);
  });

  it('takes the output of each call from the events of its stream, where they were printed', async () => {
    const event = (value: unknown, parent: string | null = null) =>
      of('stream_event', { event: value, parent_tool_use_id: parent });
    const { events, files } = await read([
      init,
      event({ type: 'message_start', message: { id: 'm1' } }),
      answer('m1', text('One.')),
      event({ type: 'message_start', message: { id: 's1' } }, 't1'),
      answer('s1', text('Seen.'), { parent: 't1' }),
      event({ type: 'message_delta', usage: { output_tokens: 30 } }),
      event({ type: 'message_delta', usage: { output_tokens: 9 } }, 't1'),
      result({ [SONNET]: took(2, 39, 0.02) }),
    ]);
    expect(figures(events).map(([type, , , output]) => [type, output])).toEqual([
      ['cais', '30'],
      ['cais', '9'],
      ['runtime', null],
    ]);
    expect(files).toMatchObject([{ read: 8, skipped: 0 }]);
  });

  it('counts what a later result adds, as its figures run on until another process begins', async () => {
    const { sum, events, rows } = await read([
      init,
      answer('m1', text('One.')),
      result({ [SONNET]: took(1, 50, 0.01) }),
      answer('m2', text('Two.')),
      result({ [SONNET]: took(2, 80, 0.03) }),
      // Resumed by another process: its figures begin anew, though one is larger than the last.
      answer('m3', text('Three.')),
      result({ [SONNET]: took(1, 90, 0.05) }),
    ]);
    expect(figures(events).map(([, , , output]) => output)).toEqual(['50', '30', '90']);
    expect(sum('cost_usd')).toBeCloseTo(0.08, 12);
    expect(rows('timesteps')).toHaveLength(3);
  });

  it('leaves the output unknown and says so where the result is missing', async () => {
    const { events, warnings, sum } = await read([
      init,
      answer('m1', text('One.')),
      answer('m2', text('Two.')),
    ]);
    expect(figures(events)).toEqual([
      ['cais', SONNET, '10', null, null, null],
      ['cais', SONNET, '10', null, null, null],
    ]);
    expect(sum('total_tokens')).toBe(0);
    expect(warnings.map(({ message, count }) => [message.slice(0, 45), count])).toEqual([
      ['Answers without the number of their output to', 2],
    ]);
  });

  it('reads an old result without figures by model, and prices what no result says the cost of', async () => {
    const old = {
      usage: { input_tokens: 20, cache_read_input_tokens: 6_000, output_tokens: 99 },
      modelUsage: undefined,
    };
    const { events } = await read([
      init,
      answer('m1', text('One.')),
      answer('m2', text('Two.')),
      of('result', { subtype: 'error_max_turns', is_error: true, total_cost_usd: 0, ...old }),
    ]);
    expect(figures(events)).toEqual([
      ['cais', SONNET, '10', null, null, 'unpriced'],
      ['cais', SONNET, '10', null, null, 'unpriced'],
      ['runtime', SONNET, '0', '99', null, 'unpriced'],
    ]);
    expect(events.at(-1)?.error).toBe('error_max_turns');
  });

  it('opens as the array or the one object that --output-format json prints', async () => {
    const run = [init, answer('m1', text('Done.')), result({ [SONNET]: took(1, 77, 0.01) })];
    await writeFile(join(folder, 'all.json'), JSON.stringify(run));
    const all = await readAll(join(folder, 'all.json'));
    expect(figures(all.rows('events'))).toEqual([['cais', SONNET, '10', '77', '0.01', 'reported']]);
    await writeFile(join(folder, 'one.json'), JSON.stringify(run[2], null, 2));
    const one = await readAll(join(folder, 'one.json'));
    expect(figures(one.rows('events'))).toEqual([['runtime', SONNET, '10', '77', '0.01', 'reported']]);
    expect(one.rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['assistant', 'Done.'],
    ]);
  });

  it('comes to the same sums in the workspace, which prices none of it again', async () => {
    const { path } = await read([
      init,
      answer('m1', text('One.')),
      answer('m2', text('Done.')),
      result({ [SONNET]: took(2, 480, 0.03) }),
    ]);
    await using workspace = await openWorkspace({ cacheFolder: join(folder, 'cache') });
    await workspace.open([{ kind: 'path', path }], new AbortController().signal);
    await workspace.settled(new AbortController().signal);
    const connection = await workspace.connect();
    const found = await connection.runAndReadAll(
      "SELECT count_if(event_type = 'cais')::INT, sum(input_tokens)::INT, sum(output_tokens)::INT, sum(cost_usd) FROM events",
    );
    connection.closeSync();
    expect(found.getRowsJson()).toEqual([[2, 20, 480, 0.03]]);
  });

  it('counts once beside the log of its session, whichever of them is read first', async () => {
    const name = '11111111-1111-4111-8111-111111111111';
    const printed = [init, answer('m1', text('One.')), result({ [SONNET]: took(1, 40, 0.02) })];
    const logged = {
      ...answer('m1', text('One.'), { output: 40 }),
      requestId: 'req_1',
      session_id: undefined,
    };
    const log = [
      { type: 'user', uuid: 'u', sessionId: name, message: { role: 'user', content: 'Say one.' } },
      { ...logged, sessionId: name },
    ];
    for (const newest of ['out.jsonl', `${name}.jsonl`]) {
      const both = join(folder, newest.slice(0, 3));
      await mkdir(both);
      for (const [file, lines] of [
        ['out.jsonl', printed.map((line) => ({ ...line, session_id: name }))],
        [`${name}.jsonl`, log],
      ] as const) {
        const path = join(both, file);
        await writeFile(path, lines.map((line) => JSON.stringify(line)).join('\n'));
        const time = new Date(Date.UTC(2025, 9, file === newest ? 2 : 1));
        await utimes(path, time, time);
      }
      const { rows, warnings } = await readAll(both);
      const events = rows('events');
      const sum = (column: string) => events.reduce((total, row) => total + Number(row[column] ?? 0), 0);
      expect(['input_tokens', 'output_tokens', 'cache_read_tokens'].map(sum)).toEqual([10, 40, 3_000]);
      expect(events.filter(({ event_type }) => event_type === 'cais')).toHaveLength(1);
      expect(warnings.map(({ message }) => message)).toEqual([
        'Calls are copies of calls in other logs; their tokens are counted there.',
      ]);
    }
  });
});
