import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSqlite, patience, temporaryFolder } from '../../analytics/workspace/fixture';
import { SqliteReader } from './reader';

const COUNTING =
  'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000000) SELECT count(*) FROM n';

test('rows that are not wanted any more are waited for, as ending their thread would end the process', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'x.db');
  makeSqlite(file, ['CREATE TABLE t(a)', 'INSERT INTO t VALUES (1)']).close();
  const access = { uri: `file:${file}?immutable=1`, isExclusive: false, sharedWal: null, seesCommits: false };
  {
    await using reader = await SqliteReader.open(file, access, patience());
    const controller = new AbortController();
    const asked = reader.rows(COUNTING, [], controller.signal);
    controller.abort();
    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  }
  await using next = await SqliteReader.open(file, access, patience());
  expect(await next.rows('SELECT a FROM t', [], patience())).toEqual([[1n]]);
});
