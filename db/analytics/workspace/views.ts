import { type Database, identifier } from '../../duckdb';
import { catalogOf, type MirrorTable, mirrorTables, rollUpTables } from '../mirror';

interface ViewColumn {
  readonly name: string;
  readonly type: string;
  /** How a row of the mirror at this place among the open ones gives it. */
  readonly sql: (place: number) => string;
}

/** `session_no` counts from one in each mirror; this names a session among all that are open, so that joins need one integer. */
const sessionKey: ViewColumn = {
  name: 'session_key',
  type: 'BIGINT',
  sql: (place) => `session_no + ${BigInt(place) << 40n}`,
};
const modelNumber: ViewColumn = {
  name: 'model_no',
  type: 'INTEGER',
  sql: (place) => `CAST(model_no AS INTEGER) + ${place * 32_768}`,
};

/**
 * One view a canonical table over every open mirror: in `main` as the model says, in `keyed` with `session_no` and `session_key` behind.
 * Beside these in `keyed` the roll-ups. Valid and empty when nothing is open.
 */
export async function createViews(database: Database, sourceIds: readonly string[]): Promise<void> {
  await using connection = await database.acquire();
  await connection.execute('CREATE SCHEMA IF NOT EXISTS keyed');
  await connection.execute('BEGIN');
  const create = async (schema: string, name: string, columns: readonly ViewColumn[]) => {
    await connection.execute(
      `CREATE OR REPLACE VIEW ${schema}.${name} AS ${unionSql(name, columns, sourceIds)}`,
    );
  };
  for (const table of mirrorTables) {
    const columns = plainColumns(table);
    const numbers = [plainColumn('session_no', 'BIGINT'), sessionKey];
    await create('main', table.name, columns);
    await create('keyed', table.name, table.isBySession ? [...columns, ...numbers] : columns);
  }
  for (const table of rollUpTables) {
    const columns = plainColumns(table).map((column) => (column.name === 'model_no' ? modelNumber : column));
    const hasSession = columns.some((column) => column.name === 'session_no');
    await create('keyed', table.name, hasSession ? [...columns, sessionKey] : columns);
  }
  await connection.execute('COMMIT');
}

function plainColumns(table: MirrorTable): ViewColumn[] {
  return table.columns.map(({ name, type }) => plainColumn(name, type));
}

function plainColumn(name: string, type: string): ViewColumn {
  return { name, type, sql: () => identifier(name) };
}

function unionSql(table: string, columns: readonly ViewColumn[], sourceIds: readonly string[]): string {
  if (sourceIds.length === 0) {
    const nulls = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${identifier(name)}`);
    return `SELECT ${nulls.join(', ')} WHERE false`;
  }
  return sourceIds
    .map((id, place) => {
      const list = columns.map(({ name, sql }) => `${sql(place)} AS ${identifier(name)}`).join(', ');
      return `SELECT ${list} FROM ${identifier(catalogOf(id))}.main.${table}`;
    })
    .join(' UNION ALL ');
}
