import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DocumentSource, readDocuments } from '../documents';
import { openPath } from '../open-path';
import type { SourceWarning } from '../types';
import { otlp } from '.';
import { encodeRequest } from './fixtures/encode';
import { agentTrace, request } from './fixtures/traces';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'stepscope-otlp-damage-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const whole = request(agentTrace());
const contents = [
  Buffer.from(JSON.stringify(whole)),
  Buffer.from(`${JSON.stringify(whole)}\n${JSON.stringify(whole)}\n`),
  encodeRequest(whole),
];

/** Spans that were read, or the code of what was thrown. */
async function outcome(content: Buffer): Promise<number | string> {
  const path = join(folder, 'traces');
  await writeFile(path, content);
  const signal = new AbortController().signal;
  const warnings: SourceWarning[] = [];
  try {
    const { sources } = await openPath(path, signal);
    const [source] = sources;
    if (!(source instanceof DocumentSource)) return 'another format';
    const request = {
      cursor: null,
      folder,
      signal,
      warn: (warning: SourceWarning) => warnings.push(warning),
      report: () => undefined,
      renew: () => undefined,
    };
    let spans = 0;
    for await (const chunk of readDocuments(otlp, { ...(await source.jobOf(request)), ...request })) {
      if (chunk.table === 'spans') spans += chunk.rows;
      await rm(chunk.content.file);
    }
    for (const { at, message } of warnings) expect([at, message].every((text) => text.length > 0)).toBe(true);
    return spans;
  } catch (error) {
    expect(error).toMatchObject({ code: expect.any(String), message: expect.stringMatching(/\.$/) });
    return 'refused';
  }
}

test('a file that ends anywhere gives no more than its spans, or a code and a sentence', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...contents),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (content, share) => {
        const found = await outcome(content.subarray(0, Math.floor(share * content.length)));
        expect(typeof found === 'string' || found <= 4).toBe(true);
      },
    ),
    { numRuns: 40 },
  );
});

test('a packed document that is cut off shows what came before, and garbage behind it hides no format', async () => {
  const packed = gzipSync(Buffer.from(JSON.stringify(whole)), { level: 0 });
  expect(await outcome(packed.subarray(0, Math.floor(packed.length * 0.8)))).toBeGreaterThan(0);
  expect(await outcome(Buffer.concat([packed, Buffer.from('garbage'.repeat(9))]))).not.toBe('another format');
});

test('bytes that were changed anywhere neither crash nor hang', async () => {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    byte: fc.integer({ min: 0, max: 255 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...contents),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      async (content, changes) => {
        const damaged = Buffer.from(content);
        for (const { at, byte } of changes)
          damaged[Math.min(damaged.length - 1, Math.floor(at * damaged.length))] = byte;
        const found = await outcome(damaged);
        expect(typeof found === 'string' || found <= 8).toBe(true);
      },
    ),
    { numRuns: 60 },
  );
});
