import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dialectB, makeSqlite, openAndRead, openTestWorkspace, patience, temporaryFolder } from './fixture';
import type { Workspace } from './types';

const EVENTS = 120_000;

/** The odd value stands in the last of several parts. */
function makeOdd(folder: string): string {
  const file = join(folder, 'odd.db');
  makeSqlite(file, [
    'PRAGMA synchronous = OFF',
    ...dialectB,
    "INSERT INTO session_traces(session_id) VALUES ('s')",
    `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${EVENTS})
      INSERT INTO events(session_id, event_type, input_tokens) SELECT 's', 'cais', iif(i = ${EVENTS}, 'many', i) FROM c`,
  ]).close();
  return file;
}

const told = [
  {
    at: `events, row ${EVENTS}`,
    message: '"input_tokens" is not a number here: it was left empty.',
    count: 1,
  },
];

/** Resolves when its rows are there. */
async function ready(workspace: Workspace): Promise<void> {
  const isReady = () => workspace.state().sources.every(({ state }) => state === 'ready');
  await new Promise<void>((resolve) => {
    const listener = workspace.onChange(() => {
      if (!isReady()) return;
      listener[Symbol.dispose]();
      resolve();
    });
  });
}

test('what is odd in a file is told when its rows are there, and also where the program ended before that', async () => {
  await using folder = await temporaryFolder();
  const file = makeOdd(folder.path);
  {
    await using workspace = await openTestWorkspace(folder.path);
    const rowsAreThere = ready(workspace);
    await workspace.open([{ kind: 'path', path: file }], patience());
    await rowsAreThere;
  }
  for (const _ of ['interrupted', 'kept']) {
    await using workspace = await openTestWorkspace(folder.path);
    const sourceId = await openAndRead(workspace, file);
    expect(workspace.warnings(sourceId, { offset: 0, limit: 10 }).rows).toEqual(told);
  }
});
