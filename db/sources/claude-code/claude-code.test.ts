import { appendFile, mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { longestInlineResult } from '../agent-session';
import { readAll, type TextRow } from '../read-all';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-code-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const A = '11111111-1111-4111-8111-111111111111';
const B = '22222222-2222-4222-8222-222222222222';
const C = '33333333-3333-4333-8333-333333333333';
let second = 0;

/** An entry a second after the one before. */
function entry(type: string, fields: Record<string, unknown>): Record<string, unknown> {
  second += 1;
  const timestamp = new Date(Date.UTC(2025, 9, 1, 8, 0, second)).toISOString();
  return {
    type,
    sessionId: A,
    uuid: `u${second}`,
    parentUuid: null,
    isSidechain: false,
    cwd: '/work/shop',
    version: '2.0.1',
    gitBranch: 'main',
    timestamp,
    ...fields,
  };
}

const user = (content: unknown, fields = {}) =>
  entry('user', { message: { role: 'user', content }, ...fields });
const answer = (id: string, content: unknown[], usage: Record<string, unknown>, fields = {}) =>
  entry('assistant', {
    requestId: `req_${id}`,
    message: {
      id,
      type: 'message',
      role: 'assistant',
      model: 'claude-sonnet-4-5-20250929',
      content,
      stop_reason: null,
      usage,
    },
    ...fields,
  });
const usage = (output: number) => ({
  input_tokens: 10,
  cache_creation_input_tokens: 200,
  cache_read_input_tokens: 3_000,
  output_tokens: output,
});
const toolUse = (id: string, name: string, input: unknown) => ({ type: 'tool_use', id, name, input });
const result = (id: string, content: unknown, isError = false) => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  is_error: isError,
});

async function write(name: string, lines: readonly unknown[], ageSeconds = 0): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  const time = new Date(Date.UTC(2025, 9, 2) - ageSeconds * 1000);
  await utimes(path, time, time);
  return path;
}

const calls = (rows: readonly TextRow[]) => rows.filter(({ event_type }) => event_type === 'cais');
const sum = (rows: readonly TextRow[], column: string) =>
  rows.reduce((total, row) => total + Number(row[column] ?? 0), 0);
const recordOf = (rows: readonly TextRow[], key: string | null | undefined) =>
  JSON.parse(rows.find(({ event_key }) => event_key === key)?.call_records ?? '[{}]')[0];

it('says once for all logs which kinds of entries nobody knows, with their number and where the first is', async () => {
  const line = (type: string) => `${JSON.stringify({ type, sessionId: A, more: 1 })}\n`;
  const user = JSON.stringify({ type: 'user', sessionId: A, message: { content: 'Hello' } });
  for (const [index, name] of ['a.jsonl', 'b.jsonl'].entries()) {
    await writeFile(join(folder, name), `${user}\n${line('mood').repeat(600)}${line('mode')}`);
    await utimes(join(folder, name), 1_700_000_000 - index, 1_700_000_000 - index);
  }
  const { rows, warnings } = await readAll(folder);
  expect(warnings).toEqual([
    {
      at: 'a.jsonl:2',
      message: 'Entries of the kind “mood” are not known: they are shown as they are.',
      count: 1_200,
    },
  ]);
  expect(rows('events').filter(({ name }) => name === 'mood')).toHaveLength(1_200);
});

it('cuts a session name of megabytes, which every row would carry, and tells sessions apart that begin alike', async () => {
  const path = join(folder, 'long.jsonl');
  const line = (sessionId: string) =>
    JSON.stringify({ type: 'user', sessionId, message: { content: 'Hello' } });
  const long = 'i'.repeat(3_000_000);
  await writeFile(path, [line(long), line(long), line(`${long}i`)].join('\n'));
  const { rows, warnings } = await readAll(path);
  const ids = new Set(rows('messages').map(({ session_id }) => session_id));
  expect([rows('messages').length, ids.size]).toEqual([3, 2]);
  expect(Math.max(...[...ids].map((id) => id?.length ?? 0))).toBeLessThan(300);
  expect(warnings.map(({ message }) => message)).toEqual([
    'Names of sessions were cut: they are longer than 1,000 characters.',
  ]);
});

describe('Claude Code logs', () => {
  it('count an answer of several lines once, with the output it came to', async () => {
    const path = await write(`${A}.jsonl`, [
      user('Fix the total'),
      answer('msg_1', [{ type: 'thinking', thinking: 'Look first.' }], usage(2)),
      answer('msg_1', [{ type: 'text', text: 'I will look.' }], usage(2)),
      answer('msg_1', [toolUse('t1', 'Read', { file_path: 'a.ts' })], usage(57)),
      user([result('t1', 'sum += 1')], { toolUseResult: { file: { numLines: 1 } } }),
      answer('msg_1', [toolUse('t2', 'Bash', { command: 'make' })], usage(57)),
      user([result('t2', 'make: no rule', true)]),
      answer('msg_2', [{ type: 'text', text: 'Done.' }], usage(5)),
    ]);
    const { rows, warnings } = await readAll(path);
    expect(warnings).toEqual([]);
    const [first] = calls(rows('events'));
    expect(first).toMatchObject({
      input_tokens: '10',
      output_tokens: '57',
      cache_read_tokens: '3000',
      cache_write_tokens: '200',
      total_tokens: '3267',
      provider: 'anthropic',
      cost_basis: 'unpriced',
    });
    expect(calls(rows('events'))).toHaveLength(2);
    const record = recordOf(rows('event_payloads'), first?.event_key);
    expect(record.output_tool_calls.map(({ name }: { name: string }) => name)).toEqual(['Read', 'Bash']);
    expect(record.tool_results).toEqual([
      { call_id: 't1', output_text: 'sum += 1', details: { file: { numLines: 1 } } },
      { call_id: 't2', output_text: 'failed', is_error: true },
    ]);
    expect(rows('events').find(({ error }) => error !== null)).toMatchObject({
      event_type: 'environment',
      name: 'Bash',
      error: 'make: no rule',
    });
    expect(rows('messages').map(({ role, author, content }) => [role, author, content])).toEqual([
      ['user', null, 'Fix the total'],
      ['other', 'thinking', 'Look first.'],
      ['assistant', null, 'I will look.'],
      ['assistant', null, 'Done.'],
    ]);
    expect(rows('sessions')).toMatchObject([
      { session_id: A, title: 'Fix the total', status: 'completed', experiment_id: '/work/shop' },
    ]);
  });

  it('are read from one array of their entries, as they are from lines', async () => {
    const entries = [user('Fix it'), answer('m1', [{ type: 'text', text: 'Done.' }], usage(40))];
    await writeFile(join(folder, 'log.json'), JSON.stringify(entries, null, 2));
    const { sources, rows, warnings } = await readAll(join(folder, 'log.json'));
    expect([sources.map(({ format, dialect }) => [format, dialect]), warnings]).toEqual([
      [['claude-code', 'list']],
      [],
    ]);
    expect(rows('events').map(({ output_tokens, total_tokens }) => [output_tokens, total_tokens])).toEqual([
      ['40', '3250'],
    ]);
  });

  it('count the calls that a resumed session copied once, and say so', async () => {
    const start = [user('First'), answer('msg_1', [{ type: 'text', text: 'One.' }], usage(7))];
    const more = [user('Second'), answer('msg_2', [{ type: 'text', text: 'Two.' }], usage(9))];
    await write(`p/${A}.jsonl`, start, 60);
    await write(`p/${B}.jsonl`, [...start, ...more]);
    const { rows, warnings } = await readAll(folder);
    expect(
      rows('sessions')
        .map(({ session_id }) => session_id)
        .sort(),
    ).toEqual([A, B]);
    expect(calls(rows('events'))).toHaveLength(2);
    expect(sum(calls(rows('events')), 'output_tokens')).toBe(16);
    expect(rows('messages')).toHaveLength(6);
    expect(rows('events').find(({ event_type }) => event_type === 'other')?.name).toMatch(
      /counted in p.2222/,
    );
    expect(warnings.map(({ message, count }) => [message, count])).toEqual([
      ['Calls are copies of calls in other logs; their tokens are counted there.', 1],
    ]);
  });

  it('count an answer once whose lines lack the request, or that a sidechain repeats under another', async () => {
    const path = await write(`${A}.jsonl`, [
      user('Fix the total'),
      answer('msg_1', [{ type: 'thinking', thinking: 'Look.' }], usage(2), { requestId: undefined }),
      answer('msg_1', [{ type: 'text', text: 'I will look.' }], usage(57)),
      answer('msg_1', [{ type: 'text', text: 'I will look.' }], usage(57), {
        requestId: 'req_side',
        isSidechain: true,
      }),
      answer('msg_2', [{ type: 'text', text: 'Aside.' }], usage(5), { isSidechain: true }),
    ]);
    const { rows } = await readAll(path);
    expect(calls(rows('events')).map(({ output_tokens }) => output_tokens)).toEqual(['57', '5']);
  });

  it('count copies that know no request by session and time, and the same id of a gateway in another session twice', async () => {
    const bare = { requestId: undefined };
    const start = [user('First'), answer('chatcmpl-1', [{ type: 'text', text: 'One.' }], usage(7), bare)];
    const copied = start.map((line) => ({ ...line, sessionId: B }));
    const other = answer('chatcmpl-1', [{ type: 'text', text: 'Else.' }], usage(9), {
      ...bare,
      sessionId: C,
    });
    await write(`p/${A}.jsonl`, start, 60);
    await write(`p/${B}.jsonl`, copied, 30);
    await write(`p/${C}.jsonl`, [other]);
    const { rows } = await readAll(folder);
    expect(sum(calls(rows('events')), 'output_tokens')).toBe(16);
  });

  it('count what a subagent took where it is told as progress alone, and in its own log where that is there', async () => {
    const said = answer('msg_s', [{ type: 'text', text: 'Looking.' }], usage(11), { isSidechain: true });
    const progress = (message: unknown) =>
      entry('progress', { data: { type: 'agent_progress', agentId: 'a1', prompt: 'Look', message } });
    const lines = [
      user('Look'),
      answer('msg_1', [toolUse('t1', 'Task', { prompt: 'Look' })], usage(3)),
      progress({ type: 'user', message: { role: 'user', content: 'Look' } }),
      progress({ ...said, sessionId: undefined }),
      progress({ ...said, sessionId: undefined }),
      user([result('t1', 'Seen.')]),
    ];
    const path = await write(`p/${A}.jsonl`, lines);
    await write(`p/${A}/subagents/agent-a1.jsonl`, [
      user('Look', { isSidechain: true, agentId: 'a1' }),
      { ...said, agentId: 'a1' },
    ]);
    const alone = await readAll(path);
    expect(
      calls(alone.rows('events')).map(({ system_id, output_tokens }) => [system_id, output_tokens]),
    ).toEqual([
      ['claude-code', '3'],
      ['claude-code subagent', '11'],
    ]);
    const together = await readAll(join(folder, 'p'));
    expect(together.warnings).toEqual([]);
    expect(
      calls(together.rows('events')).map(({ session_id, output_tokens }) => [session_id, output_tokens]),
    ).toEqual(
      expect.arrayContaining([
        [A, '3'],
        [`${A}/agent-a1`, '11'],
      ]),
    );
    expect(calls(together.rows('events'))).toHaveLength(2);
  });

  it('split turns at what somebody typed, not at what Claude Code put there', async () => {
    const path = await write(`${A}.jsonl`, [
      user('<command-name>/clear</command-name>'),
      user('<local-command-stdout>ok</local-command-stdout>'),
      user('Caveat: The messages below were generated by the user while running local commands.', {
        isMeta: true,
      }),
      user([
        { type: 'text', text: 'Look at this' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AAAAAAAA' } },
      ]),
      answer('msg_1', [{ type: 'text', text: 'Seen.' }], usage(1)),
      user('[Request interrupted by user]'),
      entry('system', { subtype: 'compact_boundary', content: 'Conversation compacted' }),
      user('What was said before', { isCompactSummary: true }),
      user('Go on'),
      entry('system', { subtype: 'api_error', level: 'error', error: { message: 'Overloaded' } }),
      entry('assistant', {
        isApiErrorMessage: true,
        message: {
          model: '<synthetic>',
          role: 'assistant',
          content: [{ type: 'text', text: 'API Error: 529' }],
          usage: usage(0),
        },
      }),
    ]);
    const { rows } = await readAll(path);
    expect(rows('timesteps').map(({ step_id, completed_at }) => [step_id, completed_at === null])).toEqual([
      ['Turn 1', false],
      ['Turn 2', true],
    ]);
    expect(
      rows('messages')
        .filter(({ role }) => role === 'user')
        .map(({ content }) => content),
    ).toEqual([
      '<command-name>/clear</command-name>',
      'Look at this\n\n[image: image/png, 6 bytes]',
      'Go on',
    ]);
    expect(calls(rows('events'))).toHaveLength(1);
    expect(rows('sessions')).toMatchObject([
      { title: 'Look at this', status: 'error', error: 'API Error: 529' },
    ]);
    expect(
      rows('events')
        .filter(({ error }) => error !== null)
        .map(({ error }) => error),
    ).toEqual(['Overloaded', 'API Error: 529']);
  });

  it('show a subagent in the log of its session, and as a session of its own where it has a log', async () => {
    const inside = { isSidechain: true };
    await write(`p/${A}.jsonl`, [
      user('Do it'),
      answer('msg_1', [toolUse('t1', 'Task', { prompt: 'Search' })], usage(3)),
      user('Search', inside),
      answer('msg_2', [{ type: 'text', text: 'Found.' }], usage(4), inside),
      user([result('t1', 'Found.')], { toolUseResult: { agentId: 'x1', totalTokens: 99 } }),
      answer('msg_3', [{ type: 'text', text: 'Done.' }], usage(5)),
    ]);
    await write('p/agent-x2.jsonl', [
      user('Look', { ...inside, agentId: 'x2' }),
      answer('msg_4', [{ type: 'text', text: 'Seen.' }], usage(6), inside),
    ]);
    const { rows } = await readAll(folder);
    expect(
      rows('sessions')
        .map(({ session_id, title }) => [session_id, title])
        .sort(),
    ).toEqual([
      [A, 'Do it'],
      [`${A}/agent-x2`, 'Look'],
    ]);
    expect(rows('timesteps')).toHaveLength(2);
    expect(
      calls(rows('events'))
        .map(({ system_id, output_tokens }) => [system_id, output_tokens])
        .sort(),
    ).toEqual(
      [
        ['claude-code subagent', '4'],
        ['claude-code', '3'],
        ['claude-code', '5'],
        ['claude-code', '6'],
      ].sort(),
    );
    expect(rows('messages').map(({ author }) => author)).toContain('to subagent');
  });

  it('price hour-long cache writes as such, believe a cost that was recorded, and leave fast mode without one', async () => {
    const hourly = {
      input_tokens: 1_000_000,
      output_tokens: 0,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 2_000_000,
      cache_creation: { ephemeral_5m_input_tokens: 1_000_000, ephemeral_1h_input_tokens: 1_000_000 },
    };
    const path = await write('x.jsonl', [
      user('Hi'),
      answer('m1', [], hourly),
      answer('m2', [], usage(1), { costUSD: 0.25, durationMs: 500 }),
      answer('m3', [], { ...usage(1), speed: 'fast' }),
    ]);
    const { rows } = await readAll(path);
    expect(
      calls(rows('events')).map(({ cost_usd, cost_basis, latency_ms }) => [
        cost_usd === null ? null : Number(cost_usd),
        cost_basis,
        latency_ms,
      ]),
    ).toEqual([
      [3 + 3.75 + 6, 'priced', null],
      [0.25, 'reported', '500'],
      [null, null, null],
    ]);
  });

  it('call a session by the summary that another log has of it', async () => {
    const start = [user('First'), answer('m1', [{ type: 'text', text: 'One.' }], usage(1))];
    await write(`p/${A}.jsonl`, start, 60);
    await write(`p/${B}.jsonl`, [
      { type: 'summary', summary: 'About the first', leafUuid: `u${second}` },
      user('Other', { sessionId: B }),
    ]);
    const { rows } = await readAll(folder);
    const titles = new Map(rows('sessions').map(({ session_id, title }) => [session_id, title]));
    expect([titles.get(A), titles.get(B)]).toEqual(['About the first', 'Other']);
  });

  it('show what was typed while Claude worked, where it reached it, and no notification as typed', async () => {
    const queued = (prompt: unknown, fields = {}) =>
      entry('attachment', { attachment: { type: 'queued_command', prompt, ...fields } });
    const path = await write('queued.jsonl', [
      user('Go'),
      answer('m1', [toolUse('t1', 'Bash', {})], usage(1)),
      user([result('t1', 'done')]),
      queued([{ type: 'text', text: 'Also the docs' }], { commandMode: 'prompt' }),
      queued('<task-notification>\n<status>completed</status>\n</task-notification>'),
      answer('m2', [{ type: 'text', text: 'Both.' }], usage(2)),
    ]);
    const { rows } = await readAll(path);
    expect(
      rows('messages').map(({ role, author, content }) => [role, author, content?.slice(0, 19)]),
    ).toEqual([
      ['user', null, 'Go'],
      ['user', null, 'Also the docs'],
      ['system', 'notification', '<task-notification>'],
      ['assistant', null, 'Both.'],
    ]);
    expect(rows('timesteps')).toHaveLength(1);
  });

  it('read logs that were cut down to what they cost, and results of tools under a name of their own', async () => {
    const cost = { timestamp: '2025-10-01T08:00:00.000Z', message: { usage: usage(7) }, costUSD: 0.25 };
    const path = await write('cost.jsonl', [`\ufeff${JSON.stringify(cost)}`]);
    const { rows, sources } = await readAll(path);
    expect(sources[0]?.format).toBe('claude-code');
    expect(rows('events').map(({ output_tokens, cost_usd }) => [output_tokens, cost_usd])).toEqual([
      ['7', '0.25'],
    ]);
    const named = await write('named.jsonl', [
      answer('m1', [toolUse('t1', 'Task', {})], usage(1)),
      entry('tool_result', { message: { role: 'user', content: [result('t1', 'spawned')] } }),
    ]);
    const read = await readAll(named);
    expect(read.rows('events').map(({ event_type }) => event_type)).toEqual(['cais']);
    expect(read.rows('event_payloads')[0]?.call_records).toContain('spawned');
  });

  it('keep what is of no known kind, and locate what is no entry', async () => {
    const long = 'x'.repeat(longestInlineResult + 1);
    const path = await write('x.jsonl', [
      user('Hi \u0000 there'),
      answer('m1', [toolUse('t1', 'Read', {})], usage(1)),
      user([result('t1', long), result('gone', 'late')]),
      entry('file-history-snapshot', { snapshot: {} }),
      entry('quite-new', { some: 'thing' }),
      entry('progress', { data: { type: 'bash_progress' } }),
      entry('progress', { data: { type: 'bash_progress' } }),
      '{"type":"user","message":{"role":"user","content":"cut o',
      '[1]',
    ]);
    await appendFile(
      path,
      Buffer.concat([
        Buffer.from(`\n${JSON.stringify(user('bad bytes '))}`).subarray(0, -4),
        Buffer.from([0xff]),
        Buffer.from('"}}'),
      ]),
    );
    const { rows, warnings, files } = await readAll(path);
    expect(
      rows('events')
        .filter(({ event_type }) => event_type === 'other')
        .map(({ name }) => name),
    ).toEqual(['file-history-snapshot', 'quite-new', 'bash_progress']);
    expect(
      rows('messages')
        .filter(({ role }) => role === 'tool_result')
        .map(({ author, content }) => [author, content?.length]),
    ).toEqual([
      ['Read', long.length],
      [null, 4],
    ]);
    expect(warnings.map(({ at, message }) => [at, message])).toEqual([
      ['x.jsonl:8', 'The line is no JSON.'],
      ['x.jsonl:9', 'The entry is none of Claude Code.'],
      ['x.jsonl:10', 'Bytes that are no UTF-8 were replaced.'],
      ['x.jsonl:5', 'Entries of the kind “quite-new” are not known: they are shown as they are.'],
    ]);
    expect(rows('messages')[0]?.content).toBe('Hi \u0000 there');
    expect(files).toMatchObject([{ read: 8, skipped: 2 }]);
  });

  // Expected: one answer a (message id, request id), usage of the largest output, summed with Python's json over the same files.
  const real = [
    ['claude-code-log', { sessions: 5, calls: 15, sums: [1_441, 1_158, 0, 0, 0] }],
    ['claude-code-transcripts', { sessions: 2, calls: 18, sums: [0, 0, 0, 0, 0] }],
    ['ccusage/apps/ccusage/test/fixtures/claude', { sessions: 2, calls: 5, sums: [730, 310, 110, 90, 1.09] }],
    [
      'ccusage/apps/ccusage/test/test-transcript.jsonl',
      { sessions: 1, calls: 2, sums: [3_000, 150, 1_300, 300, 0] },
    ],
  ] as const;
  for (const [name, expected] of real)
    it.skipIf(!hasShared(name))(
      `of the real files in ${name} come to the tokens that they say${needsShared(name)}`,
      async () => {
        const { sources, rows, failures } = await readAll(join(sharedData, name));
        expect([sources.map(({ format }) => format), failures]).toEqual([['claude-code'], []]);
        const found = calls(rows('events'));
        expect([new Set(rows('sessions').map(({ session_id }) => session_id)).size, found.length]).toEqual([
          expected.sessions,
          expected.calls,
        ]);
        const columns = [
          'input_tokens',
          'output_tokens',
          'cache_read_tokens',
          'cache_write_tokens',
          'cost_usd',
        ];
        expect(columns.map((column) => Number(sum(found, column).toFixed(6)))).toEqual(expected.sums);
      },
    );
});
