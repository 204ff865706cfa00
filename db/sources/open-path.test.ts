import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
