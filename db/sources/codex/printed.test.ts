import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readAll } from '../read-all';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-printed-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const started = (thread: string) => ({ type: 'thread.started', thread_id: thread });
const turn = { type: 'turn.started' };
const ended = (input: number, cached: number, output: number) => ({
  type: 'turn.completed',
  usage: { input_tokens: input, cached_input_tokens: cached, output_tokens: output },
});
const begins = (id: string, fields: object) => ({ type: 'item.started', item: { id, ...fields } });
const ends = (id: string, fields: object) => ({ type: 'item.completed', item: { id, ...fields } });
const command = (fields: object) => ({ type: 'command_execution', command: 'npm test', ...fields });
const running = command({ aggregated_output: '', exit_code: null, status: 'in_progress' });
const says = (text: string) => ({ type: 'agent_message', text });

async function read(lines: readonly unknown[]) {
  const path = join(folder, 'exec.jsonl');
  await writeFile(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  return readAll(path);
}

describe('what codex exec --json prints', () => {
  it('opens as a session with its messages, tools and the tokens of its turn, counted once', async () => {
    const { sources, rows, warnings, files } = await read([
      started('t1'),
      turn,
      ends('item_0', { type: 'reasoning', text: '**Looking**' }),
      begins('item_1', running),
      begins('item_2', { type: 'web_search', query: 'vitest', action: { type: 'search' } }),
      ends('item_1', command({ aggregated_output: '1 failed', exit_code: 1, status: 'failed' })),
      ends('item_2', { type: 'web_search', query: 'vitest', action: { type: 'search' } }),
      ends('item_3', {
        type: 'file_change',
        changes: [{ path: 'a.ts', kind: 'update' }],
        status: 'completed',
      }),
      begins('item_4', {
        type: 'mcp_tool_call',
        server: 'docs',
        tool: 'find',
        arguments: { q: 1 },
        status: 'in_progress',
      }),
      ends('item_4', {
        type: 'mcp_tool_call',
        server: 'docs',
        tool: 'find',
        arguments: { q: 1 },
        result: { content: [{ type: 'text', text: 'Found.' }] },
        error: null,
        status: 'completed',
      }),
      ends('item_5', says('Mended.')),
      ended(24_763, 24_448, 122),
    ]);
    expect([sources, warnings]).toEqual([[{ format: 'codex', dialect: 'exec', name: 'exec.jsonl' }], []]);
    expect(files).toMatchObject([{ read: 12, skipped: 0 }]);
    expect(rows('sessions').at(-1)).toMatchObject({ session_id: 't1', status: 'completed' });
    expect(rows('messages').map(({ role, author, content }) => [role, author, content])).toEqual([
      ['other', 'thinking', '**Looking**'],
      ['assistant', null, 'Mended.'],
    ]);
    const events = rows('events');
    expect(
      events
        .filter(({ input_tokens }) => input_tokens !== null)
        .map(({ event_type, input_tokens, cache_read_tokens, output_tokens, total_tokens, cost_basis }) => [
          event_type,
          input_tokens,
          cache_read_tokens,
          output_tokens,
          total_tokens,
          cost_basis,
        ]),
    ).toEqual([['runtime', '24763', '24448', '122', '24885', 'unpriced']]);
    const tools = rows('event_payloads').flatMap(({ call_records }) =>
      JSON.parse(call_records ?? '[]').flatMap((record: { output_tool_calls: { name: string }[] }) =>
        record.output_tool_calls.map(({ name }) => name),
      ),
    );
    expect(tools.sort()).toEqual(['apply_patch', 'docs.find', 'shell', 'web_search']);
    expect(events.filter(({ error }) => error !== null).map(({ name, error }) => [name, error])).toEqual([
      ['shell', '1 failed'],
    ]);
  });

  it('counts what each turn adds, as its figures run on, and tells threads in one file apart', async () => {
    const { rows } = await read([
      started('t1'),
      turn,
      ends('item_0', says('One.')),
      ended(1_000, 500, 10),
      started('t1'),
      turn,
      ends('item_0', says('Two.')),
      ended(2_500, 1_500, 25),
      started('t2'),
      turn,
      { type: 'error', message: 'stream disconnected' },
      { type: 'turn.failed', error: { message: 'stream disconnected' } },
    ]);
    expect(
      rows('events')
        .filter(({ event_type }) => event_type === 'runtime')
        .map(({ session_id, input_tokens, output_tokens, error }) => [
          session_id,
          input_tokens,
          output_tokens,
          error,
        ]),
    ).toEqual([
      ['t1', '1000', '10', null],
      ['t1', '1500', '15', null],
      ['t2', null, null, 'stream disconnected'],
    ]);
    expect(new Map(rows('sessions').map(({ session_id, status }) => [session_id, status]))).toEqual(
      new Map([
        ['t1', 'completed'],
        ['t2', 'error'],
      ]),
    );
    expect(rows('timesteps').map(({ session_id, step_id }) => [session_id, step_id])).toEqual([
      ['t1', 'Turn 1'],
      ['t1', 'Turn 2'],
      ['t2', 'Turn 1'],
    ]);
  });

  it('shows what was cut off as open, and takes no tokens for zero', async () => {
    const { rows } = await read([
      started('t1'),
      turn,
      begins('item_0', running),
      { type: 'turn.completed', usage: { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0 } },
      turn,
      begins('item_1', running),
    ]);
    expect(rows('events').map(({ event_type, input_tokens }) => [event_type, input_tokens])).toEqual([
      ['cais', null],
      ['cais', null],
    ]);
    expect(rows('sessions').at(-1)?.status).toBe('unknown');
  });

  it('counts a thread once that went on in another process, and that its rollout tells too, in any order', async () => {
    const usage = (input: number, cached: number, output: number) => ({
      input_tokens: input,
      cached_input_tokens: cached,
      output_tokens: output,
    });
    const count = (total: object, last: object) => ({
      type: 'event_msg',
      timestamp: '2025-11-01T09:00:00Z',
      payload: { type: 'token_count', info: { total_token_usage: total, last_token_usage: last } },
    });
    const files: Readonly<Record<string, readonly unknown[]>> = {
      'first.jsonl': [started('t1'), turn, ends('item_0', says('One.')), ended(1_000, 500, 10)],
      'second.jsonl': [started('t1'), turn, ends('item_0', says('Two.')), ended(2_500, 1_500, 25)],
      'rollout.jsonl': [
        { type: 'session_meta', timestamp: '2025-11-01T09:00:00Z', payload: { id: 't1' } },
        count(usage(400, 100, 4), usage(400, 100, 4)),
        count(usage(1_000, 500, 10), usage(600, 400, 6)),
        count(usage(2_500, 1_500, 25), usage(1_500, 1_000, 15)),
        count(usage(2_600, 1_500, 30), usage(100, 0, 5)),
      ],
    };
    const sums = async (names: readonly string[]) => {
      const place = join(folder, names.join('-'));
      await mkdir(place);
      for (const [index, name] of names.entries()) {
        const path = join(place, name);
        await writeFile(path, (files[name] ?? []).map((line) => JSON.stringify(line)).join('\n'));
        // The newest is read first.
        await utimes(path, 1_700_000_000 - index, 1_700_000_000 - index);
      }
      const events = (await readAll(place)).rows('events');
      return ['input_tokens', 'cache_read_tokens', 'output_tokens'].map((column) =>
        events.reduce((sum, row) => sum + Number(row[column] ?? 0), 0),
      );
    };
    expect(await sums(['first.jsonl', 'second.jsonl'])).toEqual([2_500, 1_500, 25]);
    expect(await sums(['second.jsonl', 'first.jsonl'])).toEqual([2_500, 1_500, 25]);
    expect(await sums(['rollout.jsonl', 'first.jsonl', 'second.jsonl'])).toEqual([2_600, 1_500, 30]);
    expect(await sums(['first.jsonl', 'rollout.jsonl', 'second.jsonl'])).toEqual([2_600, 1_500, 30]);
    expect(await sums(['second.jsonl', 'first.jsonl', 'rollout.jsonl'])).toEqual([2_600, 1_500, 30]);
  });

  it('says that the first total may be of the whole thread where nothing tells what came before', async () => {
    const { rows } = await read([
      started('t1'),
      turn,
      ends('item_0', says('Three.')),
      ended(9_000, 8_000, 90),
      turn,
      ends('item_1', says('Four.')),
      ended(9_500, 8_100, 95),
    ]);
    expect(
      rows('events').flatMap(({ name, input_tokens }) => (name === null ? [] : [[name, input_tokens]])),
    ).toEqual([
      ['thread so far, all calls', '9000'],
      ['turn, all calls', '500'],
    ]);
  });
});
