import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dialectB, makeSqlite, openTestWorkspace, patience, temporaryFolder } from './fixture';

test('what does not fit beside what is open is said, and what is open stays; after closing one it opens', async () => {
  await using folder = await temporaryFolder();
  const runs = join(folder.path, 'runs');
  await mkdir(runs);
  const pathOf = (name: string) => join(runs, `${name}.db`);
  for (const name of ['a', 'b', 'c'])
    makeSqlite(pathOf(name), [
      ...dialectB,
      `INSERT INTO session_traces(session_id) VALUES ('${name}')`,
    ]).close();
  await using workspace = await openTestWorkspace(folder.path, { mostSources: 2 });
  const [whole] = await workspace.open([{ kind: 'path', path: runs }], patience());
  expect(whole).toMatchObject({
    failure: null,
    failures: [{ path: pathOf('c'), failure: { code: 'SOURCE_UNREADABLE' } }],
  });
  const [one] = await workspace.open([{ kind: 'path', path: pathOf('c') }], patience());
  expect(one?.failure?.message).toContain('2 sources are open');
  expect(workspace.state().sources).toHaveLength(2);

  await workspace.close(workspace.state().sources[0]?.sourceId ?? '');
  const [again] = await workspace.open([{ kind: 'path', path: pathOf('c') }], patience());
  expect(again).toMatchObject({ failure: null, failures: [], sourceIds: [expect.anything()] });
  await workspace.settled(patience());
  expect(workspace.state().sources.map(({ state }) => state)).toEqual(['ready', 'ready']);
});
