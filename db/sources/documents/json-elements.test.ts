import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { JsonCutter } from './json-cutter';
import { eachAround, eachElement, type JsonMembers, type ReadElements } from './json-elements';
import type { DocumentRows } from './types';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepscope-elements-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Found {
  readonly values: unknown[];
  readonly around: Record<string, unknown>[][];
  readonly skips: string[];
  readonly result: ReadElements;
}

async function read(content: string | Buffer, path: readonly string[]): Promise<Found> {
  const name = join(folder, 'document.json');
  await writeFile(name, content);
  const skips: string[] = [];
  const rows: Pick<DocumentRows, 'skip' | 'warn' | 'flushWhenFull'> = {
    skip: (at, reason) => skips.push(`${at}: ${reason}`),
    warn: (message, at) => skips.push(`${at}: ${message}`),
    flushWhenFull: async () => undefined,
  };
  const values: unknown[] = [];
  const around: Record<string, unknown>[][] = [];
  const file = {
    path: name,
    name: 'document.json',
    root: name,
    size: content.length,
    mtimeMs: 0,
    number: 0,
    isCompressed: false,
    isFresh: false,
    kept: undefined,
    unchanged: () => [],
    readAgain: () => undefined,
    passed: () => undefined,
    signal: new AbortController().signal,
  };
  const result = await eachElement(file, rows, path, (value, element) => {
    values.push(value);
    around.push(element.around.map((members) => Object.fromEntries(members)));
  });
  return { values, around, skips, result };
}

const traces = {
  version: 1,
  data: [
    { id: 'a', spans: [{ s: 1 }, { s: 2 }], processes: { p: '}"]' } },
    { id: 'b', spans: [], other: [] },
    { id: 'c', spans: [{ s: '\\" [' }] },
  ],
  last: null,
};

describe('eachElement', () => {
  test('gives the elements at a path, and what stood around them before', async () => {
    const { values, around, skips, result } = await read(JSON.stringify(traces, null, 2), ['data', 'spans']);
    expect(values).toEqual([{ s: 1 }, { s: 2 }, { s: '\\" [' }]);
    expect(around).toEqual([
      [{ version: 1 }, { id: 'a' }],
      [{ version: 1 }, { id: 'a' }],
      [{ version: 1 }, { id: 'c' }],
    ]);
    expect(Object.fromEntries(result.rest)).toEqual({ version: 1, last: null });
    expect([result.isWhole, skips]).toEqual([true, []]);
  });

  test('reads an array that is the document, objects one after the other, and documents in lines or in an array', async () => {
    expect((await read('\ufeff[1, "a", {"b": [2]}, null]', [])).values).toEqual([1, 'a', { b: [2] }, null]);
    expect((await read('{"a":1}\n{"a":2}', [])).values).toEqual([{ a: 1 }, { a: 2 }]);
    expect((await read('{"x":[1]}\n{"x":[2]}\n', ['x'])).values).toEqual([1, 2]);
    expect((await read('[{"x":[1]},{"x":[2]}]', ['x'])).values).toEqual([1, 2]);
  });

  test('goes through objects on the way', async () => {
    const { values, result } = await read('{"a":{"y":1,"x":[1,2],"z":3},"b":4}', ['a', 'x']);
    expect([values, Object.fromEntries(result.rest)]).toEqual([[1, 2], { b: 4 }]);
  });

  test('finds what stands behind the elements first, when asked', async () => {
    const name = join(folder, 'around.json');
    await writeFile(name, JSON.stringify(traces));
    const found: (readonly JsonMembers[])[] = [];
    const file = { path: name, signal: new AbortController().signal };
    await eachAround(file, ['data', 'spans'], (around) => found.push(around));
    expect(found.map((around) => Object.fromEntries(around[1] ?? []))).toEqual([
      { id: 'a', processes: { p: '}"]' } },
      { id: 'c' },
    ]);
  });

  test('reads a compressed document', async () => {
    expect((await read(gzipSync('{"x":[1,2]}'), ['x'])).values).toEqual([1, 2]);
  });

  test('says where a document breaks off, and gives what is whole before', async () => {
    const { values, skips, result } = await read('{"x":[{"a":1},{"a":', ['x']);
    expect([values, result.isWhole, skips]).toEqual([
      [{ a: 1 }],
      false,
      ['byte 19: The document breaks off in the middle of an element.'],
    ]);
    expect((await read('[{"x":[1]},', ['x'])).skips).toEqual([
      'byte 11: The document breaks off before its end.',
    ]);
  });

  test('goes on behind an element that is no JSON, and stops where the structure is none', async () => {
    const bad = await read('{"x":[{"a":NaN},{"a":1}]}', ['x']);
    expect([bad.values, bad.skips]).toEqual([[{ a: 1 }], ['byte 6: An element is no JSON.']]);
    const none = await read('{"x":[1]} what', ['x']);
    expect([none.values, none.skips]).toEqual([[1], ['byte 10: The document is no JSON from here on.']]);
  });

  test('keeps integers beyond 2^53', async () => {
    expect((await read('[{"ns":1700000000123456789}]', [])).values).toEqual([{ ns: 1700000000123456789n }]);
  });
});

describe('JsonCutter', () => {
  test('says where a number may be beyond 2^53, also when it is cut in two', () => {
    const found: boolean[] = [];
    const cutter = new JsonCutter([], {
      longestElementBytes: 100,
      element: (_bytes, { hasLongNumber }) => found.push(hasLongNumber),
      member: () => undefined,
    });
    for (const part of [
      '[{"a":12345678',
      '90123456},{"a":"1234567890123456"},123456789012345,[1234567890',
      '123456]]',
    ])
      cutter.push(Buffer.from(part));
    expect(found).toEqual([true, false, false, true]);
  });

  const json = fc.jsonValue({ maxDepth: 3 });

  test('gives the same however the bytes are cut into blocks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ spans: fc.array(json), z: json }), { maxLength: 4 }),
        fc.integer({ min: 1, max: 9 }),
        (data, blockBytes) => {
          const bytes = Buffer.from(JSON.stringify({ data, rest: 1 }));
          const found: unknown[] = [];
          const cutter = new JsonCutter(['data', 'spans'], {
            longestElementBytes: 1_000,
            element: (part) => found.push(JSON.parse(String(part))),
            member: (part) => JSON.parse(String(part)),
          });
          for (let at = 0; at < bytes.length; at += blockBytes)
            cutter.push(bytes.subarray(at, at + blockBytes));
          expect(found).toEqual(JSON.parse(JSON.stringify(data.flatMap(({ spans }) => spans))));
          expect([cutter.isWhole, cutter.rest.get('rest')]).toEqual([true, 1]);
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });

  test('takes any bytes without hanging', () => {
    const bytes = fc.array(fc.constantFrom(...Buffer.from('{}[]",:\\ x1\n\0')), { maxLength: 60 });
    fc.assert(
      fc.property(bytes, fc.constantFrom([], ['x'], ['x', 'x']), (content, path) => {
        const cutter = new JsonCutter(path, {
          longestElementBytes: 10,
          element: () => undefined,
          member: (part) => (String(part) === '"x"' ? 'x' : ''),
        });
        cutter.push(Buffer.from(content));
        expect(cutter.offset).toBe(content.length);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  test('holds no element that is too long, and goes on behind it', () => {
    const found: (string | undefined)[] = [];
    const cutter = new JsonCutter([], {
      longestElementBytes: 8,
      element: (part) => found.push(part?.toString()),
      member: () => undefined,
    });
    for (const part of ['["', '123456', '7890', '", "12"]']) cutter.push(Buffer.from(part));
    expect(found).toEqual([undefined, '"12"']);
  });
});

describe('elements that begin alike', () => {
  const among = [
    { id: 1, children: [{ id: 2 }, { id: 3, text: '},{"id":' }] },
    { id: 4, text: 'é \\" ,{' },
    { id: 5, list: [[{ id: 6 }], { id: 7 }] },
    { id: 8 },
  ];

  test.each([undefined, 1])('are cut where they end, whatever is in them (indent %j)', async (indent) => {
    const found = await read(JSON.stringify({ data: [{ spans: among }, { spans: among }] }, null, indent), [
      'data',
      'spans',
    ]);
    expect([found.values, found.skips, found.result.elements]).toEqual([[...among, ...among], [], 8]);
  });

  test('keep whole numbers of any size, and say which bytes were no UTF-8', async () => {
    const text =
      '[{"id":12345678901234567890},{"id":-9007199254740993},{"id":0.30000000000000004},{"id":"?"},{"id":1}]';
    const bytes = Buffer.from(text);
    bytes[bytes.indexOf('?')] = 0xff;
    const found = await read(bytes, []);
    expect(found.values).toEqual([
      { id: 12345678901234567890n },
      { id: -9007199254740993n },
      { id: 0.30000000000000004 },
      { id: '\ufffd' },
      { id: 1 },
    ]);
    expect(found.skips).toEqual(['byte 81: Bytes that are no UTF-8 were replaced.']);
  });

  test('may stand in several blocks of the file', async () => {
    const many = Array.from({ length: 40_000 }, (_, id) => ({
      id,
      text: 'word '.repeat(id % 40),
      wide: 'é',
    }));
    const found = await read(JSON.stringify({ data: many }), ['data']);
    expect(found.values).toEqual(many);
  });

  test('one that is damaged costs itself alone', async () => {
    const found = await read('{"data":[{"id":1},{"id":},{"id":3},{"id":4}]}', ['data']);
    expect([found.values, found.skips]).toEqual([
      [{ id: 1 }, { id: 3 }, { id: 4 }],
      ['byte 18: An element is no JSON.'],
    ]);
  });
});
