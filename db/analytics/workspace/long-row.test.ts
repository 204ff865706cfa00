import { join } from 'node:path';
import { expect, test } from 'vitest';
import { dialectB, makeSqlite, openAndRead, openTestWorkspace, rowsOf, temporaryFolder } from './fixture';

test('a message larger than what DuckDB may usually hold is read, and the limit is the usual one afterwards', async () => {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'long.db');
  makeSqlite(file, [
    ...dialectB,
    "INSERT INTO session_traces(session_id) VALUES ('s1')",
    `INSERT INTO messages(session_id, message_type, content)
      VALUES ('s1', 'user', 'before'), ('s1', 'assistant', replace(hex(zeroblob(10000000)), '0', 'x')), ('s1', 'user', 'after')`,
  ]).close();
  await using workspace = await openTestWorkspace(folder.path, { memoryLimitMb: 40 });
  const limit = "SELECT current_setting('memory_limit') AS memory";
  const usual = await rowsOf(workspace, limit);
  await openAndRead(workspace, file);
  expect(workspace.state().sources[0]).toMatchObject({ state: 'ready', error: null });
  expect(await rowsOf(workspace, 'SELECT length(content) AS n FROM messages ORDER BY message_key')).toEqual([
    { n: '6' },
    { n: '20000000' },
    { n: '5' },
  ]);
  expect(await rowsOf(workspace, limit)).toEqual(usual);
});
