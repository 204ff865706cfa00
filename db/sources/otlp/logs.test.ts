import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readAll } from '../read-all';
import { encodeLogs, encodeMetric, encodeRequest, type JsonAttribute } from './fixtures/encode';
import { attributes, idOf, nanoseconds, request, span, traceId } from './fixtures/traces';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepscope-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = (stringValue: string) => ({ stringValue });
const kvlist = (values: Record<string, unknown>) => ({
  kvlistValue: { values: Object.entries(values).map(([key, value]) => ({ key, value })) },
});

function record(name: string, place: { readonly number?: number; readonly second?: number }, rest: object) {
  const { number, second = 1 } = place;
  return {
    timeUnixNano: nanoseconds(second),
    ...(number === undefined ? {} : { traceId, spanId: idOf(number) }),
    eventName: name,
    ...rest,
  };
}
/** The older convention: a record a message, its content in the body. */
const user = (said: string, number?: number) =>
  record(
    'gen_ai.user.message',
    { ...(number === undefined ? {} : { number }) },
    { body: kvlist({ content: text(said) }) },
  );
const choice = (said: string, number: number) =>
  record(
    'gen_ai.choice',
    { number, second: 2 },
    {
      body: kvlist({ finish_reason: text('stop'), message: kvlist({ content: text(said) }) }),
    },
  );
const details = (number: number, said: JsonAttribute[]) =>
  record('gen_ai.client.inference.operation.details', { number, second: 3 }, { attributes: said });

const logs = (records: readonly object[]) => ({
  resourceLogs: [
    {
      resource: { attributes: attributes({ 'service.name': 'shop' }) },
      scopeLogs: [{ logRecords: records }],
    },
  ],
});
const call = attributes({
  'gen_ai.operation.name': 'chat',
  'gen_ai.request.model': 'gpt-4o',
  'gen_ai.usage.input_tokens': 5,
  'gen_ai.usage.output_tokens': 6,
});
const messages = JSON.stringify([{ role: 'user', parts: [{ type: 'text', content: 'Weather?' }] }]);
const answers = JSON.stringify([{ role: 'assistant', parts: [{ type: 'text', content: 'Rain.' }] }]);

async function read(files: Readonly<Record<string, string | Buffer>>, name = '') {
  for (const [file, content] of Object.entries(files)) await writeFile(join(folder, file), content);
  return readAll(join(folder, name));
}
type Found = Awaited<ReturnType<typeof readAll>>;
const said = (found: Found) => found.rows('messages').map(({ role, content }) => [role, content]);
const calls = (found: Found) =>
  found
    .rows('events')
    .filter(({ event_type }) => event_type === 'cais')
    .map((row) => [row.model, row.input_tokens, row.output_tokens]);
const conversation = [
  ['user', 'Weather?'],
  ['assistant', 'Rain.'],
];

describe('log records of GenAI', () => {
  test('join their spans from the file beside, whatever it is called, and from the same file', async () => {
    const traces = request([span(1, { attributes: call })]);
    const records = logs([user('Weather?', 1), choice('Rain.', 1)]);
    const plain = logs([{ timeUnixNano: nanoseconds(1), body: text('started') }]);
    for (const name of ['a-logs.json', 'z-logs.json']) {
      const found = await read({ 'm-traces.json': JSON.stringify(traces), [name]: JSON.stringify(records) });
      expect([said(found), calls(found), found.failures, found.warnings]).toEqual([
        conversation,
        [['gpt-4o', '5', '6']],
        [],
        [],
      ]);
      expect(found.rows('spans')).toHaveLength(1);
      await rm(join(folder, name));
    }
    const lines = [plain, traces, records].map((one) => JSON.stringify(one)).join('\n');
    const mixed = await read({ 'all.jsonl': lines }, 'all.jsonl');
    expect([said(mixed), calls(mixed)]).toEqual([conversation, [['gpt-4o', '5', '6']]]);
    expect(mixed.files.map(({ read: count, skipped }) => [count, skipped])).toEqual([[2, 1]]);
  });

  test('are a session of their own where there are no spans, with what they say of their call', async () => {
    const own = [
      ...call,
      ...attributes({ 'gen_ai.input.messages': messages, 'gen_ai.output.messages': answers }),
    ];
    const found = await read({ 'logs.json': JSON.stringify(logs([details(1, own)])) }, 'logs.json');
    expect([said(found), calls(found)]).toEqual([conversation, [['gpt-4o', '5', '6']]]);
    expect(found.rows('sessions').at(-1)).toMatchObject({ session_id: traceId, title: 'chat gpt-4o' });
    expect(found.warnings.map(({ message }) => message)).toEqual([
      'Spans are not in the file: they are shown as far as log records tell of them.',
    ]);
  });

  test('that name no span are skipped, and logs without any say that they are no traces', async () => {
    const found = await read(
      {
        'logs.jsonl': [logs([user('Weather?', 1), user('Nowhere')]), logs([choice('Rain.', 1)])]
          .map((one) => JSON.stringify(one))
          .join('\n'),
      },
      'logs.jsonl',
    );
    expect(said(found)).toEqual(conversation);
    expect(found.files).toMatchObject([
      { read: 2, skipped: 1, reasons: [{ reason: 'A log record of GenAI that names no span.', count: 1 }] },
    ]);
    const plain = logs([{ timeUnixNano: nanoseconds(1), body: text('started') }]);
    await expect(read({ 'plain.json': JSON.stringify(plain) }, 'plain.json')).rejects.toMatchObject({
      code: 'SCHEMA_UNSUPPORTED',
    });
  });

  test('are read from protobuf too, packed or not: alone, or joined to spans of either way of writing', async () => {
    const own = attributes({ 'gen_ai.input.messages': messages, 'gen_ai.output.messages': answers });
    const encoded = (all: readonly JsonAttribute[]) =>
      encodeLogs(attributes({ 'service.name': 'shop' }), [
        {
          timeUnixNano: nanoseconds(3),
          traceId,
          spanId: idOf(1),
          eventName: 'gen_ai.client.inference.operation.details',
          attributes: all,
        },
      ]);
    const alone = encoded([...call, ...own]);
    for (const bytes of [alone, gzipSync(alone), Buffer.concat([lengthOf(alone), alone])]) {
      const found = await read({ 'logs.pb': bytes }, 'logs.pb');
      expect([said(found), calls(found)]).toEqual([conversation, [['gpt-4o', '5', '6']]]);
    }
    await rm(join(folder, 'logs.pb'));
    const traces = request([span(1, { attributes: call })]);
    for (const [name, spans] of [
      ['traces.json', JSON.stringify(traces)],
      ['traces.pb', encodeRequest(traces)],
    ] as const) {
      const found = await read({ [name]: spans, 'other.pb': encoded(own) });
      expect([said(found), calls(found), found.warnings, found.failures]).toEqual([
        conversation,
        [['gpt-4o', '5', '6']],
        [],
        [],
      ]);
      await rm(join(folder, name));
    }
  });

  test('metrics in protobuf are called what they are', async () => {
    await expect(
      read({ 'metrics.pb': encodeMetric('http.server.duration') }, 'metrics.pb'),
    ).rejects.toMatchObject({
      code: 'SCHEMA_UNSUPPORTED',
      message: 'metrics.pb holds OTLP metrics, not traces.',
    });
  });
});

/** As the Collector's file exporter puts a request's length before it. */
function lengthOf(payload: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(payload.length);
  return length;
}
