import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../testing/temporary-folder';
import { eachSpanOfThread } from './cutter-thread';
import { eachSpan, type SpanTaker } from './document-spans';
import { told } from './fixtures/both-ways';
import { attributes, request, span } from './fixtures/traces';
import { jsonShapeOf } from './recognise';
import { SpanScanner } from './span-scanner';

/** Of some blocks, in traces of two spans; each eleventh span is not plain. */
const text = JSON.stringify(
  request(
    Array.from({ length: 900 }, (_, number) =>
      span(number + 1, {
        trace: String(1 + Math.floor(number / 2)).padStart(32, '0'),
        ...(number % 2 === 0 ? {} : { parent: number }),
        name: number % 11 === 0 ? 'caf\u0001' : `it's ${number}`,
        attributes: attributes({
          'gen_ai.operation.name': 'chat',
          'gen_ai.usage.input_tokens': number,
          'input.value': `é 漢字 ${'a'.repeat(4_000)} ${number}`,
        }),
      }),
    ),
  ),
);
const shape = jsonShapeOf(text.slice(0, 64_000));

function takerOf(flushWhenFull: () => Promise<void>): SpanTaker {
  return {
    skip: () => undefined,
    warn: () => undefined,
    takeScanned: () => undefined,
    takeValue: () => undefined,
    flushWhenFull,
  };
}

test('a document that is cut in a thread of its own is said as in one', async () => {
  await using folder = await temporaryFolder();
  const makeScanner = () => new SpanScanner();
  const plain = join(folder.path, 'plain.json');
  await writeFile(plain, text);
  const packed = join(folder.path, 'packed.json.gz');
  await writeFile(packed, gzipSync(text));
  const cut = join(folder.path, 'cut.json');
  await writeFile(cut, text.slice(0, -5_000));
  const odd = join(folder.path, 'odd.json');
  await writeFile(odd, text.replace('"it\'s 500"', '"it\'s'));
  for (const file of [plain, packed, cut, odd])
    expect(await told(file, { makeScanner, cutterOf: () => eachSpanOfThread }), file).toEqual(
      await told(file, { makeScanner, cutterOf: () => eachSpan }),
    );
});

test('what the thread cannot read, it says as one thread would', async () => {
  await using folder = await temporaryFolder();
  if (shape === undefined) throw new Error('No shape.');
  const { signal } = new AbortController();
  const cut = (path: string) =>
    eachSpanOfThread(
      { path, signal, passed: () => undefined },
      takerOf(async () => undefined),
      { shape, scanner: undefined },
    );
  await expect(cut(join(folder.path, 'gone.json'))).rejects.toMatchObject({
    code: 'ENOENT',
    syscall: 'open',
  });
  const damaged = join(folder.path, 'damaged.json.gz');
  await writeFile(damaged, gzipSync(text).subarray(0, 5_000));
  await appendFile(damaged, Buffer.alloc(5_000));
  await expect(cut(damaged)).rejects.toMatchObject({ code: 'FORMAT_DAMAGED' });
});

test('no more blocks are cut than there is room for, and an abort ends the thread', async () => {
  await using folder = await temporaryFolder();
  if (shape === undefined) throw new Error('No shape.');
  const path = join(folder.path, 'traces.json');
  await writeFile(path, text);
  const asked = new AbortController();
  let passed = 0;
  const file = { path, signal: asked.signal, passed: (bytes: number) => (passed += bytes) };
  const taker = takerOf(async () => asked.abort(new Error('Enough.')));
  await expect(eachSpanOfThread(file, taker, { shape, scanner: undefined })).rejects.toThrow('Enough.');
  expect(passed).toBe(1 << 20);
});
