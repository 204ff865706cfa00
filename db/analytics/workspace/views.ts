import { type Database, identifier, literal } from '../../duckdb';
import { type MirrorTable, mirrorTables, sumTables } from '../mirror';
import costSumsSql from './cost-sums.sql?raw';

interface ViewColumn {
  readonly name: string;
  readonly type: string;
  /** How a row of the mirror at this place among the open ones, of this source, gives it. */
  readonly sql: (place: number, sourceId: string | null) => string;
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

/** A mirror that is open; `sourceId` null: of several sources, and each row says of which. */
export interface ViewedMirror {
  readonly catalog: string;
  readonly sourceId: string | null;
}

/**
 * One view a canonical table over every open mirror: in `main` as the model says, in `keyed` with `session_no` and `session_key` behind.
 * Beside these in `keyed` the sums. Valid and empty when nothing is open.
 */
export async function createViews(
  database: Database,
  mirrors: readonly ViewedMirror[],
  shadowed: ReadonlySet<string> = new Set(),
): Promise<void> {
  await using connection = await database.acquire();
  const statements = ['CREATE SCHEMA IF NOT EXISTS keyed'];
  const create = (schema: string, name: string, columns: readonly ViewColumn[]) => {
    statements.push(
      `CREATE OR REPLACE VIEW ${schema}.${name} AS ${unionSql(name, columns, { mirrors, shadowed })}`,
    );
  };
  for (const table of mirrorTables) {
    const columns = plainColumns(table);
    const numbers = [plainColumn('session_no', 'BIGINT'), sessionKey];
    create('main', table.name, columns);
    create('keyed', table.name, table.isBySession ? [...columns, ...numbers] : columns);
  }
  for (const table of sumTables) {
    const columns = plainColumns(table).map((column) => (column.name === 'model_no' ? modelNumber : column));
    const hasSession = columns.some((column) => column.name === 'session_no');
    create('keyed', table.name, hasSession ? [...columns, sessionKey] : columns);
  }
  statements.push(costSumsSql);
  // At once: each on its own would be thirty turns of the event loop before the first row of a source shows.
  await connection.transaction(() => connection.execute(statements.join(';\n')));
}

function plainColumns(table: MirrorTable): ViewColumn[] {
  return table.columns.map(({ name, type }) => plainColumn(name, type));
}

function plainColumn(name: string, type: string): ViewColumn {
  // The same in every row of a mirror: as a constant it lets DuckDB leave out the other sources' mirrors altogether.
  if (name === 'source_id') return { name, type, sql: (_place, id) => (id === null ? name : literal(id)) };
  return { name, type, sql: () => identifier(name) };
}

function unionSql(
  table: string,
  columns: readonly ViewColumn[],
  {
    mirrors,
    shadowed,
  }: { readonly mirrors: readonly ViewedMirror[]; readonly shadowed: ReadonlySet<string> },
): string {
  const isBySession = bySession.has(table);
  if (mirrors.length === 0) {
    const nulls = columns.map(({ name, type }) => `CAST(NULL AS ${type}) AS ${identifier(name)}`);
    return `SELECT ${nulls.join(', ')} WHERE false`;
  }
  return mirrors
    .map(({ catalog, sourceId: id }, place) => {
      const list = columns.map(({ name, sql }) => `${sql(place, id)} AS ${identifier(name)}`).join(', ');
      const rest = isBySession && id !== null && shadowed.has(id) ? notShadowedSql(id) : '';
      return `SELECT ${list} FROM ${identifier(catalog)}.main.${table}${rest}`;
    })
    .join(' UNION ALL ');
}

const bySession: ReadonlySet<string> = new Set(
  [...mirrorTables.filter((table) => table.isBySession), ...sumTables.filter(hasSessionNumber)].map(
    ({ name }) => name,
  ),
);

function hasSessionNumber(table: MirrorTable): boolean {
  return table.columns.some((column) => column.name === 'session_no');
}

/** An archive's rows without the sessions that a source beside it has too. */
function notShadowedSql(sourceId: string): string {
  return ` WHERE session_no IS NULL OR session_no NOT IN
    (SELECT session_no FROM memory.main.shadowed_sessions WHERE source_id = ${literal(sourceId)})`;
}
