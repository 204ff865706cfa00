import { expect, test } from 'vitest';
import { runStore } from './run-store';
import { connect, temporaryFolder } from './testing';

const environment = {};

test('a stock client executes, batches and keeps an interactive transaction through the gate', async () => {
  using folder = temporaryFolder();
  let rows = 0;
  await using store = await runStore({
    dir: folder.path,
    port: 0,
    environment,
    onCommit: (count) => {
      rows += count;
    },
  });
  using client = connect(store);
  await client.execute('CREATE TABLE t (a INTEGER)');
  rows = 0;
  await client.batch(['INSERT INTO t VALUES (1)', 'INSERT INTO t VALUES (2)'], 'write');
  const transaction = await client.transaction('write');
  await transaction.execute({ sql: 'INSERT INTO t VALUES (?)', args: [3] });
  await transaction.commit();
  const left = await client.transaction('write');
  await left.execute({ sql: 'INSERT INTO t VALUES (?)', args: [4] });
  await left.rollback();
  const result = await client.execute('SELECT sum(a) AS total FROM t');
  expect(result.rows[0]?.total).toBe(6);
  expect(rows).toBe(3);
  expect(store.status()).toMatchObject({ state: 'running', engine: 'sqld', writers: expect.any(Number) });
});

test('64 writers at once: none fails, none hangs', async () => {
  using folder = temporaryFolder();
  await using store = await runStore({ dir: folder.path, port: 0, environment });
  using client = connect(store);
  await client.execute('CREATE TABLE t (writer INTEGER, number INTEGER)');
  const write = async (writer: number) => {
    using own = connect(store);
    for (let number = 0; number < 10; number++) {
      if (number % 5 === 4) {
        const transaction = await own.transaction('write');
        await transaction.execute({ sql: 'INSERT INTO t VALUES (?, ?)', args: [writer, number] });
        await transaction.commit();
      } else await own.execute({ sql: 'INSERT INTO t VALUES (?, ?)', args: [writer, number] });
    }
  };
  await Promise.all(Array.from({ length: 64 }, (_, writer) => write(writer)));
  const { rows } = await client.execute('SELECT count(*) AS n, count(DISTINCT writer) AS writers FROM t');
  expect(rows[0]).toMatchObject({ n: 640, writers: 64 });
});
