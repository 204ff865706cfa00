import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ReadPath, readAll } from '../read-all';
import type { JsonSpan } from './fixtures/encode';
import { attributes, nanoseconds, request, span } from './fixtures/traces';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepscope-recorders-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function readSpans(spans: readonly JsonSpan[]): Promise<ReadPath> {
  await writeFile(join(folder, 'traces.json'), JSON.stringify(request(spans)));
  return readAll(join(folder, 'traces.json'));
}

function calls(found: ReadPath) {
  return found
    .rows('events')
    .filter(({ event_type }) => event_type === 'cais')
    .map((row) => [row.model, row.provider, row.input_tokens, row.output_tokens, row.cache_read_tokens]);
}

function said(found: ReadPath) {
  return found.rows('messages').map(({ role, content }) => [role, content]);
}

const asked = [
  ['system', 'Be terse'],
  ['user', 'Weather?'],
];
const used = ['tool_use', '{"name":"look","arguments":{"at":1}}'];
const call = { id: 'c1', name: 'look', arguments: { at: 1 } };
const openAiCall = { id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } };
const conversation = [
  { role: 'system', content: 'Be terse' },
  { role: 'user', content: 'Weather?' },
];

describe('a call is read whole, by whichever names its recorder has', () => {
  const recorders: [string, Record<string, string | number>, unknown[], unknown[][]][] = [
    [
      'Traceloop, before the convention',
      {
        'llm.vendor': 'OpenAI',
        'llm.request.type': 'chat',
        'llm.request.model': 'gpt-4o',
        'llm.prompts.0.role': 'system',
        'llm.prompts.0.content': 'Be terse',
        'llm.prompts.1.role': 'user',
        'llm.prompts.1.content': 'Weather?',
        'llm.completions.0.role': 'assistant',
        'llm.completions.0.content': 'Rain.',
        'llm.usage.prompt_tokens': 12,
        'llm.usage.completion_tokens': 3,
      },
      ['gpt-4o', 'openai', '12', '3', null],
      [...asked, ['assistant', 'Rain.']],
    ],
    [
      'Langtrace',
      {
        'langtrace.service.name': 'OpenAI',
        'langtrace.service.type': 'llm',
        'llm.model': 'gpt-4',
        'llm.prompts': JSON.stringify(conversation),
        'llm.responses': '[{"role":"assistant","content":"Rain."}]',
        'llm.token.counts': '{"input_tokens":9,"output_tokens":3,"total_tokens":12}',
      },
      ['gpt-4', 'openai', '9', '3', null],
      [...asked, ['assistant', 'Rain.']],
    ],
    [
      'MLflow, which quotes every text',
      {
        'mlflow.spanType': '"CHAT_MODEL"',
        'mlflow.spanInputs': JSON.stringify({ model: 'gpt-4o', messages: conversation }),
        'mlflow.spanOutputs': JSON.stringify({
          choices: [{ message: { role: 'assistant', content: null, tool_calls: [openAiCall] } }],
        }),
        'mlflow.chat.tokenUsage': '{"input_tokens":8,"output_tokens":9,"cache_read_input_tokens":4}',
        'mlflow.llm.model': '"gpt-4o"',
      },
      ['gpt-4o', null, '8', '9', '4'],
      [...asked, used],
    ],
    [
      'Logfire',
      {
        request_data: JSON.stringify({ messages: conversation }),
        response_data: '{"message":{"role":"assistant","content":"Rain."},"usage":{"prompt_tokens":11}}',
        'gen_ai.system': 'openai',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 11,
        'gen_ai.usage.output_tokens': 2,
      },
      ['gpt-4o', 'openai', '11', '2', null],
      [...asked, ['assistant', 'Rain.']],
    ],
    [
      'Logfire, of the Responses API',
      {
        request_data: JSON.stringify({
          instructions: 'Be terse',
          input: [{ role: 'user', content: [{ type: 'input_text', text: 'Weather?' }] }],
        }),
        response_data: JSON.stringify({
          output: [{ type: 'function_call', call_id: 'c1', name: 'look', arguments: '{"at":1}' }],
        }),
        'gen_ai.request.model': 'gpt-4o',
      },
      ['gpt-4o', null, null, null, null],
      [...asked, used],
    ],
    [
      'Pydantic AI, with its messages as a list of events',
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.usage.input_tokens': 51,
        'gen_ai.usage.details.cached_tokens': 10,
        events: JSON.stringify([
          { 'event.name': 'gen_ai.system.message', role: 'system', content: 'Be terse' },
          { 'event.name': 'gen_ai.user.message', role: 'user', content: 'Weather?' },
          {
            'event.name': 'gen_ai.choice',
            index: 0,
            message: {
              role: 'assistant',
              tool_calls: [{ ...openAiCall, function: { name: 'look', arguments: { at: 1 } } }],
            },
          },
        ]),
      },
      ['gpt-4o', null, '51', null, '10'],
      [...asked, used],
    ],
    [
      'Google ADK',
      {
        'gen_ai.system': 'gcp.vertex.agent',
        'gen_ai.request.model': 'gemini-2.5-flash',
        'gcp.vertex.agent.llm_request': JSON.stringify({
          config: { system_instruction: 'Be terse' },
          contents: [{ role: 'user', parts: [{ text: 'Weather?' }] }],
        }),
        'gcp.vertex.agent.llm_response': JSON.stringify({
          content: { role: 'model', parts: [{ function_call: { id: 'c1', name: 'look', args: { at: 1 } } }] },
          usage_metadata: { prompt_token_count: 20, candidates_token_count: 4 },
        }),
      },
      ['gemini-2.5-flash', 'gcp.vertex.agent', '20', '4', null],
      [...asked, used],
    ],
    [
      'Langfuse',
      {
        'langfuse.observation.type': 'generation',
        'langfuse.observation.model.name': 'gpt-4o',
        'langfuse.observation.input': JSON.stringify(conversation),
        'langfuse.observation.output': '{"role":"assistant","content":"Rain."}',
        'langfuse.observation.usage_details': '{"input":7,"output":1,"total":8}',
      },
      ['gpt-4o', null, '7', '1', null],
      [...asked, ['assistant', 'Rain.']],
    ],
    [
      'Latitude',
      {
        'gen_ai.operation.name': 'completion',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.system.instructions': '[{"type":"text","content":"Be terse"}]',
        'gen_ai.input.messages': '[{"role":"user","parts":[{"type":"text","content":"Weather?"}]}]',
        'gen_ai.output.messages': JSON.stringify([
          { role: 'assistant', parts: [{ type: 'tool_call', ...call }] },
        ]),
        'gen_ai.usage.prompt_tokens': 57,
      },
      ['gpt-4o', null, '57', null, null],
      [...asked, used],
    ],
    [
      'Sentry',
      {
        'gen_ai.operation.name': 'chat',
        'gen_ai.request.model': 'gpt-4o',
        'gen_ai.request.messages': JSON.stringify(conversation),
        'gen_ai.response.text': 'Rain.',
        'gen_ai.usage.input_tokens': 50,
        'gen_ai.usage.input_tokens.cached': 40,
      },
      ['gpt-4o', null, '50', null, '40'],
      [...asked, ['assistant', 'Rain.']],
    ],
  ];
  test.each(recorders)('%s', async (_name, names, expectedCall, expectedMessages) => {
    const found = await readSpans([span(1, { attributes: attributes(names) })]);
    expect(calls(found)).toEqual([expectedCall]);
    expect(said(found)).toEqual(expectedMessages);
    expect(found.warnings).toEqual([]);
  });

  test('events of spans may hold a message as JSON, or as the blocks of Bedrock', async () => {
    const own = attributes({ 'gen_ai.operation.name': 'chat', 'gen_ai.request.model': 'm' });
    const event = (name: string, values: Record<string, string>) => ({
      name,
      timeUnixNano: nanoseconds(1),
      attributes: attributes(values),
    });
    const found = await readSpans([
      span(1, {
        attributes: own,
        events: [
          event('gen_ai.system.message', {
            'gen_ai.event.content': '{"role":"system","content":"Be terse"}',
          }),
          event('gen_ai.user.message', { content: '[{"text":"Weather?"}]' }),
          event('gen_ai.choice', {
            message: '[{"toolUse":{"toolUseId":"c1","name":"look","input":{"at":1}}}]',
            finish_reason: 'tool_use',
          }),
        ],
      }),
    ]);
    expect(said(found)).toEqual([...asked, used]);
  });
});

describe('an operation that is wrapped is counted once', () => {
  const outer = attributes({
    'ai.operationId': 'ai.generateText',
    'ai.model.id': 'gpt-4o',
    'ai.usage.promptTokens': 5,
    'ai.usage.completionTokens': 6,
  });
  const inner = attributes({
    'ai.operationId': 'ai.generateText.doGenerate',
    'gen_ai.request.model': 'gpt-4o',
    'gen_ai.usage.input_tokens': 5,
    'gen_ai.usage.output_tokens': 6,
  });

  test('by the Vercel SDK: only the span of the request, also where it is in another trace', async () => {
    const other = 'f'.repeat(32);
    for (const place of [{ parent: 1 }, { trace: other }]) {
      const found = await readSpans([
        span(1, { to: 3, attributes: outer }),
        span(2, { ...place, attributes: inner }),
      ]);
      expect(calls(found)).toEqual([['gpt-4o', null, '5', '6', null]]);
    }
  });

  test('by the Vercel SDK, whose request was not recorded: the outer span', async () => {
    const found = await readSpans([span(1, { to: 3, attributes: outer }), span(2, { parent: 1 })]);
    expect(calls(found)).toEqual([['gpt-4o', null, '5', '6', null]]);
  });

  test('by Logfire: a span that says that another one began is no call and no length to warn of', async () => {
    const own = { 'gen_ai.request.model': 'gpt-4o', 'gen_ai.usage.input_tokens': 5 };
    const pending = { 'logfire.span_type': 'pending_span', 'gen_ai.request.model': 'gpt-4o' };
    const found = await readSpans([
      span(2, { parent: 1, from: 1, to: 1, attributes: attributes(pending) }),
      span(1, { attributes: attributes(own) }),
    ]);
    expect(found.rows('events')).toHaveLength(1);
    expect(calls(found)).toEqual([['gpt-4o', null, '5', null, null]]);
    expect(found.rows('spans')).toHaveLength(2);
    expect(found.warnings).toEqual([]);
  });
});
