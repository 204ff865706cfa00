import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { ExpectedError } from '../model';
import { Database, integer, statement } from './index';

const echo = statement({
  name: 'test.echo',
  sql: `SELECT $big AS big, $text::VARCHAR AS text, len($list) AS n, list_contains($list, 'b') AS has,
    TIMESTAMP '2026-01-02 03:04:05.678901' AS at, ['x', NULL] AS list, NULL AS nothing, 1.5 AS exact, CAST('NaN' AS DOUBLE) AS nan`,
  params: z.object({ big: z.bigint(), text: z.string().nullable(), list: z.array(z.string()) }),
  row: z.object({
    big: z.bigint(),
    text: z.string().nullable(),
    n: integer,
    has: z.boolean(),
    at: z.string(),
    list: z.array(z.string().nullable()),
    nothing: z.null(),
    exact: z.number(),
    nan: z.nan(),
  }),
});

test('values cross both ways without loss: integers over 2^53, microseconds, lists, NULL and the empty text', async () => {
  await using database = await Database.open();
  const big = 9_007_199_254_740_993n;
  const [row] = await database.run(echo, { big, text: '', list: ['a', 'b'] });
  expect(row).toMatchObject({
    big,
    text: '',
    n: 2,
    has: true,
    at: '2026-01-02T03:04:05.678901Z',
    list: ['x', null],
    nothing: null,
    exact: 1.5,
  });
  const [empty] = await database.run(echo, { big: -1n, text: null, list: [] });
  expect(empty).toMatchObject({ big: -1n, text: null, n: 0, has: false });
});

const slow = statement({
  name: 'test.slow',
  sql: 'SELECT count(*) AS n FROM range(10000000) a, range(1000000) b WHERE a.range % 7 = b.range % 11',
  params: z.object({}),
  row: z.object({ n: integer }),
});
const one = statement({
  name: 'test.one',
  sql: 'SELECT 1 AS n',
  params: z.object({}),
  row: z.object({ n: integer }),
});

test('an abort interrupts a running statement, also one that has only just been handed over, and the connection serves on', async () => {
  await using database = await Database.open({ connections: 1 });
  const controller = new AbortController();
  const running = database.run(slow, {}, { signal: controller.signal });
  controller.abort();
  await expect(running).rejects.toMatchObject({ name: 'ExpectedError', code: 'CANCELLED' });
  expect(await database.run(one, {})).toEqual([{ n: 1 }]);
});

test('who waits for a connection can give up, and the next in line gets it', async () => {
  await using database = await Database.open({ connections: 1 });
  const held = await database.acquire();
  const controller = new AbortController();
  const given = database.run(one, {}, { signal: controller.signal });
  const patient = database.run(one, {});
  controller.abort();
  await expect(given).rejects.toMatchObject({ code: 'CANCELLED' });
  await held[Symbol.asyncDispose]();
  expect(await patient).toEqual([{ n: 1 }]);
});

test("a mistake in the user's SQL is QUERY_INVALID with line and column; in ours it is a bug", async () => {
  await using database = await Database.open();
  const sql = 'SELECT 1,\n  missing_column\nFROM range(3)';
  const failed = database.execute(sql, {}, { context: { userSql: sql } });
  await expect(failed).rejects.toMatchObject({ code: 'QUERY_INVALID', data: { line: 2, column: 3 } });
  await expect(database.execute(sql)).rejects.not.toBeInstanceOf(ExpectedError);
});

test('a file that is no DuckDB database is told by code', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stepscope-duckdb-'));
  const path = join(folder, 'x.duckdb');
  await writeFile(path, 'these are not the bytes of a database, however long the text may be'.repeat(200));
  await expect(Database.open({ path, readOnly: true })).rejects.toMatchObject({ code: 'FORMAT_DAMAGED' });
  await expect(Database.open({ path: join(folder, 'no', 'x.duckdb') })).rejects.toMatchObject({
    code: 'SOURCE_UNREADABLE',
  });
  await rm(folder, { recursive: true });
});

test('a disk that has no room for what a query sets aside is told as full', async () => {
  const temporaryFolder = await mkdtemp(join(tmpdir(), 'stepscope-duckdb-'));
  try {
    await using database = await Database.open({ memoryLimitMb: 40, threads: 1, temporaryFolder });
    // As on a disk with a megabyte left: the limit is what is free there when nobody sets another.
    await database.execute("SET GLOBAL max_temp_directory_size = '1MB'");
    const sorted = database.execute(
      'CREATE TABLE t AS SELECT hash(range) AS key, repeat(range::VARCHAR, 10) AS text FROM range(2000000) ORDER BY key',
    );
    await expect(sorted).rejects.toMatchObject({ code: 'DISK_FULL' });
  } finally {
    await rm(temporaryFolder, { recursive: true });
  }
});

test('a stream yields every row in order and holds one chunk at a time', async () => {
  await using database = await Database.open();
  await using connection = await database.acquire();
  const stream = await connection.stream('SELECT range AS n FROM range(10000) ORDER BY 1');
  expect(stream.columns).toEqual([{ name: 'n', type: 'BIGINT' }]);
  let next = 0n;
  for await (const batch of stream.batches) {
    expect(batch.length).toBeLessThanOrEqual(2048);
    for (const [n] of batch) expect(n).toBe(next++);
  }
  expect(next).toBe(10_000n);
});

test('no statement reaches for the network: a missing extension is an error at once', async () => {
  await using database = await Database.open();
  await expect(database.execute("ATTACH 'x.db' (TYPE sqlite)")).rejects.toThrow(/extension/i);
});

test('a transaction that fails is undone, and the connection is in none afterwards', async () => {
  await using database = await Database.open({ connections: 1 });
  await database.execute('CREATE TABLE t (n INTEGER)');
  {
    await using connection = await database.acquire();
    const failing = connection.transaction(() =>
      connection.execute('INSERT INTO t VALUES (1); SELECT * FROM missing'),
    );
    await expect(failing).rejects.toThrow('missing');
    await connection.transaction(() => connection.execute('INSERT INTO t VALUES (2)'));
  }
  const numbers = {
    name: 'test.numbers',
    sql: 'SELECT n FROM t',
    params: z.object({}),
    row: z.object({ n: integer }),
  };
  expect(await database.run(statement(numbers), {})).toEqual([{ n: 2 }]);
});
