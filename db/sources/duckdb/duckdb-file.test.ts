import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { Workspace } from '../../analytics/workspace';
import {
  openAndRead,
  openTestWorkspace,
  patience,
  rowsOf,
  temporaryFolder,
} from '../../analytics/workspace/fixture';
import { ExpectedError, toFailure } from '../../model';
import { makeTracingV2 } from '../../testing/tracing-v2/make-tracing-v2';
import { lookAt } from '../place';
import { tracingV2 } from '../tracing-v2';
import { duckdbFile } from './index';
import { markReading } from './marks';

const storage = resolve(import.meta.dirname, '../../../../shared/data/duckdb-storage');
const hasStorage = existsSync(storage);

const hash = async (file: string) =>
  createHash('sha256')
    .update(await readFile(file))
    .digest('hex');

/** Some byte, the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

async function failureOf(workspace: Workspace, path: string, snapshot = false) {
  const [result] = await workspace.open([{ kind: 'path', path, snapshot }], patience());
  return result?.failure ?? null;
}

/** What the format alone says of a file: its code, `unknown tables`, or `opens`. */
async function judge(path: string, folder: string) {
  try {
    const tools = { folder, isSnapshot: false };
    const sources = await duckdbFile([tracingV2]).open(await lookAt(path), patience(), tools);
    return { code: sources === undefined ? 'unknown tables' : 'opens', message: '', data: {} };
  } catch (error) {
    if (error instanceof ExpectedError) return toFailure(error);
    throw error;
  }
}

test.skipIf(!hasStorage)(
  `old and damaged files of DuckDB's own tests are told apart and stay as they are${hasStorage ? '' : ' (skipped: ../shared/data is not beside this clone)'}`,
  async () => {
    await using folder = await temporaryFolder();
    for (const below of ['.', 'corrupt']) {
      await mkdir(join(folder.path, below), { recursive: true });
      for (const name of await readdir(join(storage, below))) {
        const from = join(storage, below, name);
        if (!(await stat(from)).isFile()) continue;
        if (name.endsWith('.gz'))
          await writeFile(join(folder.path, below, name.slice(0, -3)), gunzipSync(await readFile(from)));
        else await copyFile(from, join(folder.path, below, name));
      }
    }
    const expected: Record<string, object> = {
      'cte_v1_4.db': { code: 'FORMAT_UNKNOWN', message: expect.stringContaining('without tables') },
      'index_0-9-1.db': { code: 'unknown tables' },
      'regex_operators_v1_5.db': { code: 'unknown tables' },
      'rle_corrupt_count_offset.db': {
        code: 'FORMAT_DAMAGED',
        data: { readable: 'how many rows there are (t has 10,000 rows)', lost: 't.v: rows 0 to 9,999' },
      },
      'storage_versions65.db': { code: 'FORMAT_UNKNOWN', message: expect.stringContaining('v1.1.4') },
      'storage_versions66.db': { code: 'FORMAT_UNKNOWN', message: expect.stringContaining('v1.3.0') },
      'test.db': { code: 'unknown tables' },
      'vector_size_512.db': {
        code: 'SCHEMA_UNSUPPORTED',
        data: { action: expect.stringContaining('EXPORT DATABASE') },
      },
      'wal_test_092.db.wal': { code: 'FORMAT_UNKNOWN', message: expect.stringContaining('write-ahead log') },
      'corrupt/corrupt_wal_encoding.db': {
        code: 'FORMAT_DAMAGED',
        data: {
          readable: 'everything up to the last checkpoint',
          lost: expect.stringContaining('1,589 bytes'),
        },
      },
    };
    for (const [name, judgement] of Object.entries(expected)) {
      const file = join(folder.path, name);
      const before = await hash(file);
      expect({ name, ...(await judge(file, folder.path)) }).toMatchObject({ name, ...judgement });
      expect(await hash(file)).toBe(before);
    }
    expect((await readdir(folder.path)).filter((name) => /^(?:reading|duckdb-)/.test(name))).toEqual([]);
  },
);

test('a storage version that is too old is named with what to do', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'old.duckdb');
  await makeTracingV2(file, { isPlain: true });
  const bytes = await readFile(file);
  bytes.writeBigUInt64LE(39n, 12);
  bytes.fill(0, 52, 84);
  await writeFile(file, bytes);
  await using workspace = await openTestWorkspace(folder.path);
  expect(await failureOf(workspace, file)).toMatchObject({
    code: 'SCHEMA_UNSUPPORTED',
    message: expect.stringContaining('older DuckDB'),
    data: { found: ['storage version 39'], action: expect.stringContaining('EXPORT DATABASE') },
  });
});

test('damage anywhere in a file costs the rows it is in, and the rest opens', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, { sessions: 500 });
  const bytes = await readFile(file);
  const random = sequence(2);
  await using workspace = await openTestWorkspace(folder.path);
  for (let at = 0; at < 4; at += 1) {
    const path = join(folder.path, `damaged-${at}.duckdb`);
    const copy = Buffer.from(bytes);
    const place = Math.floor(random() * copy.length);
    copy[place] = (copy[place] ?? 0) ^ 0x55;
    await writeFile(path, copy);
    if (at % 2 === 1) await truncate(path, place);
    const failure = await failureOf(workspace, path);
    await workspace.settled(patience());
    const opened = workspace.state().sources.find((source) => source.spec.location === path);
    const said = failure ?? opened?.error ?? null;
    // A part that no row needs may be the one that is damaged.
    if (said !== null)
      expect(said).toMatchObject({ code: 'FORMAT_DAMAGED', data: { lost: expect.any(String) } });
    if (said === null) expect(opened?.rows).toMatchObject({ events: 6_027, messages: 4_013, sessions: 508 });
    if (opened !== undefined) await workspace.close(opened.sourceId);
  }
});

test('a damaged column costs that column alone, and is told again at the next opening', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, {
    isPlain: true,
    sessions: 2_000,
    sql: `PRAGMA force_compression = 'uncompressed'; CREATE TABLE said AS FROM messages; DROP TABLE messages;
      ALTER TABLE said RENAME TO messages;`,
  });
  const bytes = await readFile(file);
  // Texts of the messages' content, which no other column has; what was dropped may still lie before or behind it.
  bytes[bytes.indexOf('message ')] = 0;
  bytes[bytes.lastIndexOf('message ')] = 0;
  await writeFile(file, bytes);
  for (let opening = 0; opening < 2; opening += 1) {
    await using workspace = await openTestWorkspace(folder.path);
    expect(await failureOf(workspace, file)).toBeNull();
    await workspace.settled(patience());
    expect(workspace.state().sources[0]).toMatchObject({
      state: 'damaged',
      rows: { sessions: 2_000, timesteps: 8_000, events: 24_000, messages: 16_000 },
      error: { code: 'FORMAT_DAMAGED', data: { lost: expect.stringMatching(/^messages\.content: rows \d/) } },
    });
  }
});

/** Another program that has the file open for writing, with rows in its log. */
async function holdFile(file: string): Promise<ChildProcess & AsyncDisposable> {
  const script = `const { DuckDBInstance } = require('@duckdb/node-api');
    DuckDBInstance.create(process.argv[1]).then(async (instance) => {
      const connection = await instance.connect();
      await connection.run("SET checkpoint_threshold = '1GB'");
      await connection.run("INSERT INTO session_traces (session_id) VALUES ('in the log of " + process.pid + "')");
      console.log('held');
      process.stdin.on('end', () => process.exit()).resume();
    });`;
  const child = spawn(process.execPath, ['-e', script, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  return Object.assign(child, {
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  });
}

test('a file that another process writes to names it, and opens as a copy with its log', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, { isPlain: true, sessions: 3 });
  await using workspace = await openTestWorkspace(folder.path);
  {
    await using holder = await holdFile(file);
    const before = [await hash(file), await hash(`${file}.wal`)];
    expect(await failureOf(workspace, file)).toMatchObject({
      code: 'LOCKED',
      message: expect.stringContaining(String(holder.pid)),
      data: { pid: holder.pid, program: expect.stringContaining('node'), canCopy: true },
    });
    expect(await failureOf(workspace, file, true)).toBeNull();
    await workspace.settled(patience());
    expect(workspace.state().sources[0]).toMatchObject({
      name: expect.stringMatching(/^v2\.duckdb \(snapshot \d\d:\d\d\)$/),
      state: 'ready',
      sessions: 4,
    });
    expect([await hash(file), await hash(`${file}.wal`)]).toEqual(before);
    expect(workspace.specs()).toEqual([{ kind: 'path', path: file, snapshot: true }]);
  }
  // Its writer is gone: the file itself opens beside the copy, and is not held while it is open.
  const sourceId = await openAndRead(workspace, file);
  const own = () => workspace.state().sources.find((source) => source.sourceId === sourceId);
  expect(workspace.state().sources).toHaveLength(2);
  {
    await using _again = await holdFile(file);
    await workspace.refresh(sourceId);
    expect(own()).toMatchObject({ state: 'away', error: { code: 'LOCKED' }, sessions: 4 });
    expect(await rowsOf(workspace, 'SELECT count(*) AS n FROM sessions')).toEqual([{ n: '8' }]);
  }
  await workspace.refresh(sourceId);
  expect(own()).toMatchObject({ state: 'ready', error: null, sessions: 5 });
});

test('a log beside a file is read with it, and neither changes', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, { isPlain: true, sessions: 3 });
  const copy = join(folder.path, 'copy.duckdb');
  {
    await using _holder = await holdFile(file);
    await copyFile(file, copy);
    await copyFile(`${file}.wal`, `${copy}.wal`);
  }
  const before = [await hash(copy), await hash(`${copy}.wal`)];
  await using workspace = await openTestWorkspace(folder.path);
  await openAndRead(workspace, copy);
  expect(workspace.state().sources[0]?.sessions).toBe(4);
  expect([await hash(copy), await hash(`${copy}.wal`)]).toEqual(before);
  expect(await readdir(folder.path)).not.toContain('copy.duckdb.tmp');
});

test('a log that does not replay costs what was written since the last checkpoint', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, { isPlain: true, sessions: 3 });
  const copy = join(folder.path, 'copy.duckdb');
  {
    await using _holder = await holdFile(file);
    await copyFile(file, copy);
    const log = await readFile(`${file}.wal`);
    const middle = Math.floor(log.length / 2);
    log.fill(0x55, middle, middle + 8);
    await writeFile(`${copy}.wal`, log);
  }
  await using workspace = await openTestWorkspace(folder.path);
  expect(await failureOf(workspace, copy)).toBeNull();
  await workspace.settled(patience());
  expect(workspace.state().sources[0]).toMatchObject({
    state: 'damaged',
    sessions: 3,
    error: {
      data: {
        readable: 'everything up to the last checkpoint',
        lost: expect.stringContaining('bytes of log'),
      },
    },
  });
});

test('a file that ended two processes is refused once, and opens when it is asked for again', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'v2.duckdb');
  await makeTracingV2(file, { isPlain: true, sessions: 1 });
  const marks = join(folder.path, 'cache/work');
  await mkdir(marks, { recursive: true });
  {
    await using _mark = await markReading(file, marks);
    const [name = ''] = await readdir(marks);
    for (let ended = 0; ended < 2; ended += 1) {
      const child = spawn(process.execPath, ['-e', '']);
      await once(child, 'exit');
      // What a process leaves that ends while it reads.
      await copyFile(join(marks, name), join(marks, name.replace(/\d+$/, String(child.pid))));
    }
  }
  await using workspace = await openTestWorkspace(folder.path);
  expect(await failureOf(workspace, file)).toMatchObject({
    code: 'FORMAT_DAMAGED',
    message: expect.stringContaining('ended the process'),
    data: { action: expect.stringContaining('Open it again') },
  });
  await openAndRead(workspace, file);
  expect(workspace.state().sources[0]).toMatchObject({ state: 'ready', sessions: 1 });
  expect((await readdir(marks)).filter((name) => name.startsWith('reading.'))).toEqual([]);
});
