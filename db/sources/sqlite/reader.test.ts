import { readdirSync } from 'node:fs';
import { constants, getPriority } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeSqlite, patience, temporaryFolder } from '../../analytics/workspace/fixture';
import { SqliteReader } from './reader';

const BELOW_NORMAL = constants.priority.PRIORITY_BELOW_NORMAL;
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

test.runIf(process.platform === 'linux')(
  'a reader that gives way has a low priority, alone among the threads, and its thread reads no other file',
  async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'x.db');
    makeSqlite(file, ['CREATE TABLE t(a)', 'INSERT INTO t VALUES (1)']).close();
    const access = { uri: `file:${file}?mode=ro`, isExclusive: false, sharedWal: null, seesCommits: true };
    {
      await using reader = await SqliteReader.open(file, access, patience());
      expect(priorities().filter((priority) => priority === BELOW_NORMAL)).toEqual([]);
      await reader.giveWay();
      expect(priorities().filter((priority) => priority === BELOW_NORMAL)).toEqual([BELOW_NORMAL]);
      expect(await reader.rows('SELECT a FROM t', [], patience())).toEqual([[1n]]);
    }
    expect(priorities().filter((priority) => priority === BELOW_NORMAL)).toEqual([]);
    await using shared = await SqliteReader.open(file, { ...access, sharedWal: `${file}-wal` }, patience());
    await shared.giveWay();
    expect(shared.givesWay).toBe(false);
  },
);

/** Of this process's threads; one that has ended meanwhile has none. */
function priorities(): number[] {
  return readdirSync('/proc/self/task').flatMap((thread) => {
    try {
      return [getPriority(Number(thread))];
    } catch {
      return [];
    }
  });
}
