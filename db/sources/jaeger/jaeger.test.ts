import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type ReadPath, readAll } from '../read-all';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepscope-jaeger-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function read(content: unknown): Promise<ReadPath> {
  const file = join(folder, 'traces.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readAll(file);
}

const tag = (key: string, type: string, value: unknown) => ({ key, type, value });

function span(spanID: string, rest: Readonly<Record<string, unknown>> = {}) {
  return {
    traceID: 'A1',
    spanID,
    operationName: `do ${spanID}`,
    references: [],
    startTime: 1_700_000_000_000_000,
    duration: 1_500,
    tags: [],
    logs: [],
    processID: 'p1',
    ...rest,
  };
}

const processes = {
  p1: { serviceName: 'shop', tags: [tag('host', 'string', 'h')] },
  p2: { serviceName: 'bank', tags: [] },
};

describe('a file of Jaeger', () => {
  test('gives its spans with their service, which stands behind them, tags of each type, logs and references', async () => {
    const child = span('2', {
      processID: 'p2',
      references: [
        { refType: 'FOLLOWS_FROM', traceID: 'a1', spanID: '9' },
        { refType: 'CHILD_OF', traceID: 'a1', spanID: '1' },
      ],
      tags: [
        tag('span.kind', 'string', 'client'),
        tag('error', 'bool', 'true'),
        tag('bytes', 'int64', '9007199254740993'),
        tag('gen_ai.operation.name', 'string', 'chat'),
        tag('gen_ai.usage.input_tokens', 'int64', 12),
      ],
      logs: [
        { timestamp: 1_700_000_000_000_500, fields: [tag('event', 'string', 'retry'), tag('n', 'int64', 2)] },
      ],
    });
    const found = await read({
      data: [{ traceID: 'a1', spans: [span('1'), child], processes, warnings: null }],
      total: 1,
    });
    expect(found.sources).toEqual([{ format: 'jaeger', dialect: null, name: 'traces.json' }]);
    expect(
      found
        .rows('spans')
        .map((row) => [
          row.trace_id,
          row.span_id,
          row.parent_span_id,
          row.service_name,
          row.kind,
          row.status_code,
        ]),
    ).toEqual([
      ['a1', '1', null, 'shop', null, 'UNSET'],
      ['a1', '2', '1', 'bank', 'CLIENT', 'ERROR'],
    ]);
    const [, second] = found.rows('spans');
    expect([second?.start_ns, second?.end_ns]).toEqual(['1700000000000000000', '1700000000001500000']);
    expect(second?.attributes_json).toContain('"bytes":9007199254740993');
    expect(second?.events_json).toBe(
      '[{"name":"retry","timeUnixNano":"1700000000000500000","attributes":{"n":2}}]',
    );
    expect(second?.links_json).toContain('"refType":"FOLLOWS_FROM"');
    expect(found.rows('events')).toMatchObject([
      { event_type: 'cais', input_tokens: '12', system_id: 'bank' },
    ]);
    expect(found.rows('sessions')).toMatchObject([{ session_id: 'a1', title: 'do 1' }]);
  });

  test('may be one trace, or spans one a line with their process', async () => {
    const one = await read({ traceID: 'a1', spans: [span('1')], processes });
    expect(one.rows('spans')).toMatchObject([{ service_name: 'shop' }]);
    const stored = [span('1'), span('2')].map((row) => JSON.stringify({ ...row, process: processes.p2 }));
    expect((await read(stored.join('\n'))).rows('spans').map(({ service_name }) => service_name)).toEqual([
      'bank',
      'bank',
    ]);
  });

  test('that is an error says which', async () => {
    const answer = {
      data: null,
      total: 0,
      limit: 0,
      offset: 0,
      errors: [{ code: 404, msg: 'trace not found' }],
    };
    await expect(read(answer)).rejects.toMatchObject({
      code: 'SOURCE_UNREADABLE',
      message: 'traces.json is an error that Jaeger answered with: trace not found.',
    });
    expect((await read({ ...answer, data: [], errors: null })).rows('sessions')).toEqual([]);
  });

  test('gives the spans that Elasticsearch stored, as lines or as an answer, with tags in a list or as fields', async () => {
    const stored = (spanID: string, rest: object) => ({
      _index: 'jaeger-span-2026-01-01',
      _id: spanID,
      _source: {
        ...span(spanID, { processID: undefined }),
        startTimeMillis: 1_700_000_000_000,
        process: { serviceName: 'shop', tags: [tag('host', 'string', 'h')], tag: { 'k8s@pod': 'p' } },
        ...rest,
      },
    });
    const documents = [
      stored('1', { tags: [tag('gen_ai.usage.input_tokens', 'int64', '12')] }),
      stored('2', {
        references: [{ refType: 'CHILD_OF', traceID: 'A1', spanID: '1' }],
        tag: { 'span@kind': 'client', 'gen_ai@operation@name': 'chat', 'gen_ai@usage@input_tokens': 12 },
      }),
    ];
    const answer = { took: 3, hits: { total: { value: 2 }, max_score: 1, hits: documents } };
    for (const content of [documents.map((one) => JSON.stringify(one)).join('\n'), answer]) {
      const found = await read(content);
      expect([found.warnings, found.files.map(({ read: count, skipped }) => [count, skipped])]).toEqual([
        [],
        [[2, 0]],
      ]);
      const [first, second] = found.rows('spans');
      expect([first?.service_name, second?.parent_span_id, second?.kind]).toEqual(['shop', '1', 'CLIENT']);
      expect([first?.start_ns, first?.end_ns]).toEqual(['1700000000000000000', '1700000000001500000']);
      expect(
        found
          .rows('events')
          .filter(({ event_type }) => event_type === 'cais')
          .map((row) => [row.span_id, row.input_tokens]),
      ).toEqual([['2', '12']]);
    }
  });
});
