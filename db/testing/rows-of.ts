import type { Workspace } from '../analytics/workspace';

/** For tests: rows as arrays of JSON values, over everything that is open. */
export async function rowsOf(workspace: Workspace, sql: string): Promise<unknown[]> {
  const connection = await workspace.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowsJson();
  } finally {
    connection.closeSync();
  }
}
