import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { sessionTablesOfV3 } from '../../db/model';
import { askSqlite, makeCorpus, runCli, startCli, temporaryFolder } from './testing';

const counts = (file: string) =>
  askSqlite(file, `SELECT ${sessionTablesOfV3.map((table) => `(SELECT count(*) FROM ${table})`).join(', ')}`);

test('a file comes into a store, is checked, backed up and restored elsewhere with every row', async () => {
  using folder = temporaryFolder();
  const corpus = join(folder.path, 'corpus.db');
  makeCorpus(corpus, 10);
  const dir = join(folder.path, 'store');
  const run = async (...parameters: string[]) => {
    const { code, stdout, stderr } = await runCli(folder.path, 'store', ...parameters);
    expect(stderr, parameters.join(' ')).toBe('');
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };
  expect(await run('import', corpus, '--dir', dir, '--json')).toMatchObject({
    kind: 'store-import',
    sessions: 10,
  });
  expect(await run('check', '--dir', dir, '--json')).toMatchObject({ isSound: true });
  const backup = join(folder.path, 'backup');
  await run('backup', backup, '--dir', dir, '--json');
  expect(counts(join(backup, 'store.db'))).toEqual(counts(corpus));
  const second = join(folder.path, 'second');
  expect(await run('restore', backup, '--dir', second, '--json')).toMatchObject({ aside: null });
  expect(counts(join(second, 'dbs/default/data'))).toEqual(counts(corpus));
  const refused = await runCli(folder.path, 'store', 'restore', backup, '--dir', second);
  expect([refused.code, refused.stderr.split(':')[0]]).toEqual([14, 'EXPORT_TARGET_EXISTS']);
});

/** Nine starts of the command, each of which opens DuckDB. */
const PATIENCE_MS = 120_000;

test(
  'a retention that is killed at any phase loses no session and doubles none; the next run finishes it',
  async () => {
    using folder = temporaryFolder();
    const corpus = join(folder.path, 'corpus.db');
    makeCorpus(corpus, 12);
    const dir = join(folder.path, 'store');
    await runCli(folder.path, 'store', 'import', corpus, '--dir', dir);
    const retain = ['store', 'retention', '--max-age-days', '0', '--dir', dir, '--progress'];
    const sums = async () => {
      const sql =
        'SELECT (SELECT count(*) FROM sessions)::INT AS s, (SELECT count(DISTINCT session_id) FROM sessions)::INT AS d, (SELECT count(*) FROM events)::INT AS e, (SELECT count(*) FROM messages)::INT AS m, (SELECT sum(total_tokens) FROM events)::VARCHAR AS t';
      const { stdout, stderr } = await runCli(folder.path, 'query', dir, sql, '--json');
      expect(stderr).toBe('');
      return JSON.parse(stdout);
    };
    const before = await sums();
    for (const phase of ['Reading sessions', 'Writing the archive', 'Deleting from the store']) {
      const child = startCli(folder.path, retain);
      const ended = once(child, 'exit');
      if (child.stderr === null) throw new Error('the command has no stderr');
      for await (const line of createInterface({ input: child.stderr }))
        if (line.includes(`"${phase}"`)) {
          child.kill('SIGKILL');
          break;
        }
      await ended;
      if (phase === 'Reading sessions') expect(counts(join(dir, 'dbs/default/data'))).toEqual(counts(corpus));
      else expect(await sums(), phase).toEqual(before);
    }
    const { code, stdout } = await runCli(folder.path, ...retain, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'store-retention', skipped: 0 });
    expect(await sums()).toEqual(before);
    expect(counts(join(dir, 'dbs/default/data'))).toEqual(sessionTablesOfV3.map(() => '0'));
    const listed = JSON.parse((await runCli(folder.path, 'store', 'archive', '--dir', dir, '--json')).stdout);
    expect(
      listed.archives.reduce((sum: number, { sessions }: { sessions: number }) => sum + sessions, 0),
    ).toBe(12);
  },
  PATIENCE_MS,
);
