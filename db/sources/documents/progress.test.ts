import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pidgin } from '../pidgin';
import { conversationOf } from '../pidgin/fixtures/lines';
import type { ReadBytes } from '../types';
import { readDocuments } from './reading';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'progress-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('each batch of rows says how many bytes of the files are behind it, packed as they lie there', async () => {
  const long = `${conversationOf('flat', 1_000).join('\n')}\n`;
  await writeFile(join(root, 'conv_1_events.jsonl'), long);
  await writeFile(join(root, 'conv_2_events.jsonl.gz'), gzipSync(long.replaceAll('conv_1', 'conv_2')));
  const files = ['conv_1_events.jsonl', 'conv_2_events.jsonl.gz'];
  const sizes = await Promise.all(files.map(async (name) => (await stat(join(root, name))).size));
  const total = sizes.reduce((sum, size) => sum + size, 0);

  const said: ReadBytes[] = [];
  const chunks = readDocuments(pidgin, {
    root,
    files,
    cursor: null,
    folder: root,
    signal: new AbortController().signal,
    warn: () => undefined,
    report: () => undefined,
    renew: () => undefined,
  });
  for await (const { bytes, content } of chunks) {
    if (bytes !== undefined) said.push(bytes);
    await rm(content.file);
  }

  const done = said.map((bytes) => bytes.done);
  expect(new Set(said.map((bytes) => bytes.total))).toEqual(new Set([total]));
  expect(done).toEqual(done.toSorted((a, b) => a - b));
  expect(done[0]).toBeGreaterThan(0);
  expect(done[0]).toBeLessThan(total);
  expect(done.at(-1)).toBe(total);
});
