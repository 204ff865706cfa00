import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasShared, needsShared, sharedData } from '../../testing/shared-data';
import { readAll, type TextRow } from '../read-all';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'claude-tap-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function write(lines: readonly unknown[]): Promise<string> {
  const path = join(folder, 'trace_1.jsonl');
  await writeFile(
    path,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
  );
  return path;
}

let turn = 0;
function exchange(
  body: Record<string, unknown>,
  response: Record<string, unknown>,
  path = '/v1/messages?beta=true',
): Record<string, unknown> {
  turn += 1;
  return {
    timestamp: new Date(Date.UTC(2026, 0, 5, 12, 0, 10 * turn)).toISOString(),
    request_id: `req_${turn}`,
    turn,
    duration_ms: 4_000,
    request: { method: 'POST', path, headers: {}, body },
    response: { status: 200, headers: {}, ...response },
  };
}

const body = (messages: readonly unknown[]) => ({
  model: 'claude-opus-4-5',
  max_tokens: 100,
  system: [{ type: 'text', text: 'You are Claude.' }],
  tools: [{ name: 'Bash', input_schema: {} }],
  messages,
});
const toolUse = { type: 'tool_use', id: 't1', name: 'Bash', input: { command: 'pwd' } };
const usage = {
  input_tokens: 12,
  cache_creation_input_tokens: 5,
  cache_read_input_tokens: 700,
  output_tokens: 30,
};
const asked = { role: 'user', content: 'Where am I?' };

const stream = [
  {
    event: 'message_start',
    data: {
      type: 'message_start',
      message: { id: 'm1', model: 'claude-opus-4-5-20251101', usage: { ...usage, output_tokens: 1 } },
    },
  },
  {
    event: 'content_block_start',
    data: { type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } },
  },
  {
    event: 'content_block_delta',
    data: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'Let me ' } },
  },
  {
    event: 'content_block_delta',
    data: { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'look.' } },
  },
  {
    event: 'content_block_start',
    data: { type: 'content_block_start', index: 1, content_block: { ...toolUse, input: {} } },
  },
  {
    event: 'content_block_delta',
    data: JSON.stringify({
      type: 'content_block_delta',
      index: 1,
      delta: { type: 'input_json_delta', partial_json: '{"command":' },
    }),
  },
  {
    event: 'content_block_delta',
    data: {
      type: 'content_block_delta',
      index: 1,
      delta: { type: 'input_json_delta', partial_json: '"pwd"}' },
    },
  },
  {
    event: 'message_delta',
    data: { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 30 } },
  },
];

const calls = (rows: readonly TextRow[]) => rows.filter(({ event_type }) => event_type === 'cais');

describe('API recordings', () => {
  it('join a stream, and show once what each request repeats', async () => {
    const history = [
      asked,
      { role: 'assistant', content: [{ type: 'text', text: 'Let me look.' }, toolUse] },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: 't1', content: '/work' }] },
    ];
    const path = await write([
      exchange(body([asked]), { body: null, sse_events: stream }),
      exchange(body(history), {
        body: {
          model: 'claude-opus-4-5-20251101',
          content: [{ type: 'text', text: 'In /work.' }],
          stop_reason: 'end_turn',
          usage,
        },
      }),
      exchange(body([...history, { role: 'assistant', content: 'In /work.' }, asked]), {
        status: 529,
        body: { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } },
      }),
      exchange(
        { model: 'claude-opus-4-5', messages: [asked] },
        { body: { input_tokens: 9 } },
        '/v1/messages/count_tokens',
      ),
      '{"timestamp":',
    ]);
    const { sources, rows, files } = await readAll(path);
    expect(sources).toMatchObject([{ format: 'claude-tap', dialect: null }]);
    expect(rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['system', 'You are Claude.'],
      ['user', 'Where am I?'],
      ['assistant', 'Let me look.'],
      ['assistant', 'In /work.'],
      ['user', 'Where am I?'],
    ]);
    expect(
      calls(rows('events')).map((row) => [
        row.model,
        row.input_tokens,
        row.output_tokens,
        row.cache_read_tokens,
        row.cache_write_tokens,
        row.latency_ms,
        row.error,
      ]),
    ).toEqual([
      ['claude-opus-4-5-20251101', '12', '30', '700', '5', '4000', null],
      ['claude-opus-4-5-20251101', '12', '30', '700', '5', '4000', null],
      ['claude-opus-4-5', null, null, null, null, '4000', 'Overloaded'],
    ]);
    const [first] = rows('event_payloads').flatMap(({ call_records }) => JSON.parse(call_records ?? '[]'));
    expect(first).toMatchObject({
      output_tool_calls: [{ call_id: 't1', name: 'Bash', arguments_json: '{"command":"pwd"}' }],
      tool_results: [{ call_id: 't1', output_text: '/work' }],
      request_params: { model: 'claude-opus-4-5', max_tokens: 100, tools: ['Bash'] },
    });
    expect(rows('events').find(({ event_type }) => event_type === 'other')?.name).toBe(
      'POST /v1/messages/count_tokens',
    );
    expect(rows('timesteps')).toHaveLength(2);
    expect(rows('sessions')).toMatchObject([{ title: 'Where am I?', status: 'error', error: 'Overloaded' }]);
    expect(files).toMatchObject([{ read: 4, skipped: 1 }]);
  });

  it('open with a mark of their encoding or blank lines before them', async () => {
    const lines = [JSON.stringify(exchange(body([{ role: 'user', content: 'Hi' }]), {}))];
    for (const before of ['\ufeff', '\n\n']) {
      const { sources, rows } = await readAll(await write([`${before}${lines[0]}`]));
      expect(sources[0]?.format).toBe('claude-tap');
      expect(rows('sessions').at(-1)?.title).toBe('Hi');
    }
  });

  it('read a trace that was packed to be handed on, in which what requests repeat stands once', async () => {
    const reference = { __claude_tap_blob_ref__: { version: 1, kind: 'json', hash: 'sha256:a', bytes: 600 } };
    const answered = {
      body: {
        model: 'kimi',
        choices: [{ message: { content: 'Hello' } }],
        usage: { prompt_tokens: 9, completion_tokens: 2, cached_tokens: 4 },
      },
    };
    const packed = exchange({ model: 'kimi', messages: [reference] }, answered, '/v1/chat/completions');
    const trace = {
      __claude_tap_compact_trace__: { version: 1, encoding: 'json-blob-ref', record_count: 2, blob_count: 1 },
      records: [
        { __claude_tap_compact_record__: { version: 1, refs: [] }, record: packed },
        exchange(
          { model: 'kimi', messages: [{ role: 'user', content: 'Bye' }] },
          answered,
          '/v1/chat/completions',
        ),
      ],
      blobs: { 'sha256:a': { kind: 'json', bytes: 600, payload: { role: 'user', content: 'Hi' } } },
    };
    const { sources, rows, warnings } = await readAll(await write([trace]));
    expect([sources[0]?.dialect, warnings]).toEqual(['compact', []]);
    expect(rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Hi'],
      ['assistant', 'Hello'],
      ['user', 'Bye'],
      ['assistant', 'Hello'],
    ]);
    expect(
      rows('events').map(({ input_tokens, cache_read_tokens }) => [input_tokens, cache_read_tokens]),
    ).toEqual([
      ['9', '4'],
      ['9', '4'],
    ]);
  });

  it('join the chunks of a chat, also as the text that came', async () => {
    const chunks = [
      { model: 'gpt-4o', choices: [{ delta: { content: 'Hel' } }] },
      {
        model: 'gpt-4o',
        choices: [
          {
            delta: {
              content: 'lo',
              tool_calls: [{ index: 0, id: 'c1', function: { name: 'ls', arguments: '{"a"' } }],
            },
          },
        ],
      },
      {
        model: 'gpt-4o',
        choices: [
          {
            delta: { tool_calls: [{ index: 0, function: { arguments: ':1}' } }] },
            finish_reason: 'tool_calls',
          },
        ],
      },
      {
        model: 'gpt-4o',
        choices: [],
        usage: { prompt_tokens: 50, completion_tokens: 6, prompt_tokens_details: { cached_tokens: 20 } },
      },
    ];
    const text = chunks.map((chunk) => `data: ${JSON.stringify(chunk)}`).join('\n\n');
    const path = await write([
      {
        request: {
          timestamp: 1_767_600_000,
          method: 'POST',
          url: 'https://api.openai.com/v1/chat/completions',
          headers: {},
          body: { model: 'gpt-4o', messages: [asked] },
        },
        response: {
          timestamp: 1_767_600_002.5,
          status_code: 200,
          headers: {},
          body_raw: `${text}\n\ndata: [DONE]\n`,
        },
      },
    ]);
    const { sources, rows } = await readAll(path);
    expect(sources).toMatchObject([{ dialect: 'claude-trace' }]);
    expect(calls(rows('events'))).toMatchObject([
      {
        model: 'gpt-4o',
        provider: 'openai',
        input_tokens: '50',
        output_tokens: '6',
        cache_read_tokens: '20',
        total_tokens: '56',
        latency_ms: '2500',
      },
    ]);
    expect(rows('event_payloads')[0]?.call_records).toContain('{\\"a\\":1}');
    expect(rows('messages').map(({ content }) => content)).toEqual(['Where am I?', 'Hello']);
  });

  const real = 'claude-tap';
  // Expected: the usage of each response.completed, summed by hand: 500 + 10 + 20 + 30 in, 10 + 0 + 4 + 5 out.
  it.skipIf(!hasShared(real))(
    `of the real files hold each response of a socket${needsShared(real)}`,
    async () => {
      const { rows, warnings } = await readAll(join(sharedData, real));
      expect(warnings).toEqual([]);
      const found = calls(rows('events')).map(
        ({ input_tokens, output_tokens }) => `${input_tokens} ${output_tokens}`,
      );
      expect(found.sort()).toEqual(['10 0', '20 4', '30 5', '500 10']);
      expect(
        rows('event_payloads').some(
          ({ call_records }) => call_records?.includes('"output_text":"/workspace/project"') === true,
        ),
      ).toBe(true);
      expect(rows('messages').map(({ content }) => content)).toContain('FINAL_OK');
    },
  );

  it('read Gemini, plain or wrapped, whole or streamed, and no call in what only counts', async () => {
    const said = { role: 'user', parts: [{ text: 'Where am I?' }] };
    const called = { role: 'model', parts: [{ functionCall: { name: 'shell', args: { command: 'pwd' } } }] };
    const usageMetadata = {
      promptTokenCount: 100,
      cachedContentTokenCount: 60,
      candidatesTokenCount: 7,
      thoughtsTokenCount: 3,
      totalTokenCount: 110,
    };
    const candidate = (parts: readonly object[]) => [
      { content: { role: 'model', parts }, finishReason: 'STOP' },
    ];
    const at = '/v1beta/models/gemini-2.5-pro:generateContent';
    const path = await write([
      exchange({ contents: [said] }, { body: { totalTokens: 100 } }, at.replace(/[^:]+$/, 'countTokens')),
      exchange(body([asked]), { body: { input_tokens: 90 } }, '/v1/messages/count_tokens'),
      exchange({ contents: [said] }, { body: { candidates: candidate(called.parts), usageMetadata } }, at),
      exchange(
        {
          model: 'gemini-2.5-flash',
          request: {
            contents: [
              said,
              called,
              {
                role: 'user',
                parts: [{ functionResponse: { name: 'shell', response: { output: '/work' } } }],
              },
            ],
          },
        },
        {
          sse_events: [
            {
              data: {
                response: { candidates: candidate([{ text: 'Look.', thought: true }, { text: 'In ' }]) },
              },
            },
            { data: { response: { candidates: candidate([{ text: '/work.' }]), usageMetadata } } },
          ],
        },
        '/v1internal:streamGenerateContent',
      ),
    ]);
    const { rows, warnings } = await readAll(path);
    expect(warnings).toEqual([]);
    const figures = rows('events').filter(({ event_type }) => event_type === 'cais');
    expect(
      figures.map((row) => [
        row.model,
        row.provider,
        row.input_tokens,
        row.cache_read_tokens,
        row.output_tokens,
        row.reasoning_tokens,
        row.total_tokens,
      ]),
    ).toEqual([
      ['gemini-2.5-pro', 'google', '100', '60', '10', '3', '110'],
      ['gemini-2.5-flash', 'google', '100', '60', '10', '3', '110'],
    ]);
    expect(rows('events').filter(({ error }) => error !== null)).toEqual([]);
    expect(rows('messages').map(({ role, content }) => [role, content])).toEqual([
      ['user', 'Where am I?'],
      ['other', 'Look.'],
      ['assistant', 'In /work.'],
    ]);
    const [first] = rows('event_payloads').filter(({ call_records }) => call_records?.includes('"shell"'));
    expect(JSON.parse(first?.call_records ?? '[]')[0].tool_results[0].output_text).toBe('/work');
  });
});
