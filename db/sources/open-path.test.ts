import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { smallDocuments, writeSmallDocuments } from '../testing/small-documents';
import { openPath } from './open-path';
import { readAll } from './read-all';

const signal = new AbortController().signal;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-path-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('three traces among a thousand other files are found, and the others are counted', async () => {
  await writeSmallDocuments(folder);
  await mkdir(join(folder, 'others'));
  const others = Array.from({ length: 1_000 }, (_, nth) => join(folder, 'others', `${nth}.txt`));
  await Promise.all(others.map((path) => writeFile(path, 'no trace')));
  const found = await openPath(folder, signal);
  expect(found.sources.map(({ format }) => format).sort()).toEqual(['claude-code', 'otlp', 'tau-bench']);
  expect(found.unknownFiles).toMatchObject({ count: 1_000 });
  expect(found.failures).toEqual([]);
});

test('links that lead in a circle end, and a folder that is reached twice is read once', async () => {
  await writeSmallDocuments(folder);
  await symlink(folder, join(folder, 'claude/round'));
  await symlink(join(folder, 'otlp'), join(folder, 'again'));
  const read = await readAll(folder);
  expect(read.rows('sessions')).toHaveLength(3);
});

test('what is packed is read all the same, and a packed database says that it has to be unpacked', async () => {
  const trace = smallDocuments['otlp/trace.json'] ?? '';
  await writeFile(join(folder, 'trace.json.gz'), gzipSync(trace));
  expect((await readAll(folder)).rows('spans')).toHaveLength(1);
  await writeFile(join(folder, 'agent.db.gz'), gzipSync(`SQLite format 3\0${'\0'.repeat(200)}`));
  await expect(openPath(join(folder, 'agent.db.gz'), signal)).rejects.toMatchObject({
    code: 'FORMAT_UNKNOWN',
    message: expect.stringContaining('packed with gzip'),
  });
  await writeFile(join(folder, 'cut.json.gz'), gzipSync(trace).subarray(0, 12));
  await expect(openPath(join(folder, 'cut.json.gz'), signal)).rejects.toMatchObject({
    code: 'FORMAT_UNKNOWN',
  });
});

test("a database's log beside it is no unknown file", async () => {
  await writeSmallDocuments(folder);
  await writeFile(join(folder, 'x.db'), 'nothing');
  await writeFile(join(folder, 'x.db-wal'), 'nothing');
  await writeFile(join(folder, 'y.db-wal'), 'nothing');
  const { unknownFiles } = await openPath(folder, signal);
  expect(unknownFiles.examples).toEqual(['x.db', 'y.db-wal']);
});

test('what agents keep in hidden folders is found in a folder with nothing else, and other hidden folders are not', async () => {
  const claude = Object.entries(smallDocuments).find(([name]) => name.startsWith('claude/'))?.[1] ?? '';
  const codex = JSON.stringify({
    type: 'session_meta',
    timestamp: '2025-01-01T00:00:00Z',
    payload: { id: 'c1', timestamp: '2025-01-01T00:00:00Z' },
  });
  const home = join(folder, 'home');
  const files = {
    '.claude/projects/-work-shop/one.jsonl': claude,
    '.claude/todos/two.jsonl': claude,
    '.claude/settings.json': '{}',
    '.codex/sessions/2025/01/01/rollout-1.jsonl': codex,
    '.cache/three.jsonl': claude,
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(home, dirname(name)), { recursive: true });
    await writeFile(join(home, name), text);
  }
  const found = await openPath(home, signal);
  expect(found.sources.map(({ format }) => format)).toEqual(['claude-code', 'codex']);
  expect(found.unknownFiles.count).toBe(0);
  expect((await readAll(home)).files.map(({ file }) => file).sort()).toEqual([
    '.claude/projects/-work-shop/one.jsonl',
    '.codex/sessions/2025/01/01/rollout-1.jsonl',
  ]);
  const own = await openPath(join(home, '.claude'), signal);
  expect(own.sources.map(({ format }) => format)).toEqual(['claude-code']);
});

test('a format is known by what stands behind a long text, in a first line and in a document', async () => {
  const long = `${'quoted \\"word\\" \\u00e9 '.repeat(6_000)}`;
  const user = `{"message":{"role":"user","content":"${long}"},"type":"user","sessionId":"s1"}`;
  const meta = `{"payload":{"base_instructions":{"text":"${long}"},"id":"t1"},"type":"session_meta","timestamp":"2025-10-01T08:00:00Z"}`;
  const result = JSON.stringify(
    {
      type: 'result',
      result: JSON.parse(`"${long}"`),
      session_id: 's2',
      usage: { input_tokens: 1, output_tokens: 2 },
    },
    null,
    2,
  );
  const files = {
    'claude.jsonl': `${user}\n${user}\n`,
    'result.json': result,
    'codex.jsonl': `${meta}\n`,
    'other.json': `{"a":"${long}"}`,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  await writeFile(join(folder, 'packed.jsonl.gz'), gzipSync(user.replace('s1', 's3')));
  const { rows, sources, warnings } = await readAll(folder);
  expect(sources.map(({ format }) => format).sort()).toEqual(['claude-code', 'codex']);
  const ids = new Set(rows('sessions').map(({ session_id }) => session_id));
  expect([...ids].sort()).toEqual(['s1', 's2', 's3', 't1']);
  expect(warnings).toEqual([]);
});
