import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { excerptAt } from './excerpt';

const signal = new AbortController().signal;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'excerpt-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = ['one', 'two', 'three', 'four', 'five', 'six'].join('\n');

test('a line is shown between its neighbours, of a plain file and a packed one', async () => {
  await writeFile(join(folder, 'a.jsonl'), text);
  await writeFile(join(folder, 'b.jsonl.gz'), gzipSync(text));
  for (const name of ['a.jsonl', 'b.jsonl.gz']) {
    const found = await excerptAt(folder, `${name}:4`, signal);
    expect(found?.lines.map((line) => `${line.number} ${line.text}`)).toEqual([
      '2 two',
      '3 three',
      '4 four',
      '5 five',
      '6 six',
    ]);
  }
  const own = await excerptAt(join(folder, 'a.jsonl'), 'a.jsonl:6', signal);
  expect(own).toMatchObject({ line: 6, lines: [{ text: 'four' }, { text: 'five' }, { text: 'six' }] });
});

test('a place that is no line of a file below what was opened shows nothing', async () => {
  await writeFile(join(folder, 'a.jsonl'), text);
  await symlink('/etc/hostname', join(folder, 'out'));
  for (const at of ['a.jsonl', 'a.jsonl:9', 'gone.jsonl:1', '../excerpt.ts:1', 'out:1', 'table events'])
    expect(await excerptAt(folder, at, signal)).toBeNull();
});

test('a line of any length is cut, not held', async () => {
  await writeFile(join(folder, 'long.jsonl'), `short\n${'x'.repeat(5_000_000)}\nend`);
  const found = await excerptAt(folder, 'long.jsonl:2', signal);
  expect(found?.lines.map((line) => line.text.length)).toEqual([5, 4_000, 3]);
});
