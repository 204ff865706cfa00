import { z } from 'zod';
import { type Database, identifier, integer, statement } from '../../duckdb';
import type { KeptFiles } from './kept-files';
import { mirrorTables } from './layout';

const counts = (sql: string) =>
  statement({
    name: 'mirror.counts',
    sql,
    params: z.object({}),
    row: z.object({ name: z.string(), n: integer }),
  });

/** Canonical table → rows. Cheap: DuckDB keeps the counts, and so does the mirror of tables in files. */
export async function countRows(
  database: Database,
  catalog: string,
  kept: KeptFiles,
): Promise<Record<string, number>> {
  const tables = mirrorTables.filter(({ name }) => name !== 'session_stats' && !kept.has(name));
  const parts = tables.map(
    ({ name }) => `SELECT '${name}' AS name, count(*) AS n FROM ${identifier(catalog)}.${name}`,
  );
  const counted = await database.run(counts(parts.join(' UNION ALL ')), {});
  for (const [name, files] of kept) counted.push({ name, n: files.reduce((sum, { rows }) => sum + rows, 0) });
  return Object.fromEntries(counted.flatMap(({ name, n }) => (n > 0 ? [[name, n]] : [])));
}
