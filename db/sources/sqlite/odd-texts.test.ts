import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSqlite, temporaryFolder } from '../../analytics/workspace/fixture';
import { SqliteReader } from './reader';

const patience = () => AbortSignal.timeout(20_000);

async function rowsOf(file: string, sql: string, values: readonly (string | number)[] = []) {
  const access = { uri: `file:${file}?immutable=1`, isExclusive: false, sharedWal: null, seesCommits: false };
  await using reader = await SqliteReader.open(file, access, patience());
  return await reader.rows(sql, values, patience());
}

test('a text that is no UTF-8 has replacement characters, and does not end the process', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, [
    'CREATE TABLE t(id INTEGER PRIMARY KEY, a, b)',
    "INSERT INTO t VALUES (1, CAST(x'61ff62' AS TEXT), x'ff'), (2, 'ä', 9007199254740993), (3, '', NULL), (4, 'late', 1.5)",
  ]).close();
  expect(await rowsOf(file, 'SELECT a, b, a FROM t WHERE id < ?1 ORDER BY id DESC', [4])).toEqual([
    ['', null, ''],
    ['ä', 9007199254740993n, 'ä'],
    ['a\ufffdb', new Uint8Array([0xff]), 'a\ufffdb'],
  ]);
  expect(await rowsOf(file, 'WITH last AS (SELECT max(id) FROM t) SELECT * FROM last')).toEqual([[4n]]);
});

test('names of the schema that are no UTF-8 can be listed, and asking for one says that the file is damaged', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, ['CREATE TABLE t(a TEXT, nam TEXT)']).close();
  const bytes = readFileSync(file);
  bytes[bytes.indexOf('nam TEXT') + 1] = 0xff;
  writeFileSync(file, bytes);
  const names = await rowsOf(file, "SELECT name FROM pragma_table_info('t')");
  expect(names).toEqual([['a'], ['n\ufffdm']]);
  await expect(rowsOf(file, 'SELECT nam FROM t')).rejects.toMatchObject({ code: 'FORMAT_DAMAGED' });
});
