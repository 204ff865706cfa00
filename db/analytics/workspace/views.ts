import { type Database, identifier } from '../duckdb';
import { catalogOf, type MirrorTable, mirrorTables } from '../mirror';

/**
 * One view a canonical table over every open mirror, in `main` as the model says and in `keyed` with `session_no` behind. Valid and empty
 * when nothing is open.
 */
export async function createViews(database: Database, sourceIds: readonly string[]): Promise<void> {
  await using connection = await database.acquire();
  await connection.execute('CREATE SCHEMA IF NOT EXISTS keyed');
  await connection.execute('BEGIN');
  for (const table of mirrorTables) {
    const columns = table.columns.map((column) => column.name);
    const keyed = table.isBySession ? [...columns, 'session_no'] : columns;
    await connection.execute(
      `CREATE OR REPLACE VIEW main.${table.name} AS ${unionSql(table, columns, sourceIds)}`,
    );
    await connection.execute(
      `CREATE OR REPLACE VIEW keyed.${table.name} AS ${unionSql(table, keyed, sourceIds)}`,
    );
  }
  await connection.execute('COMMIT');
}

function unionSql(table: MirrorTable, columns: readonly string[], sourceIds: readonly string[]): string {
  if (sourceIds.length === 0) {
    const types = new Map(table.columns.map((column) => [column.name, column.type]));
    const nulls = columns.map(
      (name) => `CAST(NULL AS ${types.get(name) ?? 'BIGINT'}) AS ${identifier(name)}`,
    );
    return `SELECT ${nulls.join(', ')} WHERE false`;
  }
  const list = columns.map(identifier).join(', ');
  return sourceIds
    .map((id) => `SELECT ${list} FROM ${identifier(catalogOf(id))}.main.${table.name}`)
    .join(' UNION ALL ');
}
