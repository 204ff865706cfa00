import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { type Client, createClient } from '@libsql/client';
import { tablesOfV3 } from '../model';

/** For tests: patience, and nobody who watches. */
export const quietly = () => ({ signal: AbortSignal.timeout(120_000), report: () => {} });

export function digestOf(path: string): string | null {
  return existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : null;
}

export function openFile(path: string): Client & Disposable {
  const client = createClient({ url: `file:${path}`, intMode: 'bigint' });
  return Object.assign(client, { [Symbol.dispose]: () => client.close() });
}

/** For tests: every row of tracing v3 in a database, its numbers, and the names of its tables, as comparable text. */
export async function dump(client: Client): Promise<Record<string, string[]>> {
  const result: Record<string, string[]> = {};
  const read = async (sql: string) => {
    const { rows, columns } = await client.execute(sql);
    return rows.map((row) => JSON.stringify(columns.map((_, at) => String(row[at] ?? 'NULL'))));
  };
  for (const table of tablesOfV3) result[table] = await read(`SELECT * FROM ${table} ORDER BY 1`);
  result.numbers = await read('SELECT name, seq FROM sqlite_sequence ORDER BY name');
  result.names = await read("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name");
  return result;
}
