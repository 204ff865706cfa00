import { identifier, literal } from '../../duckdb';
import type { V2Columns, V2Kind } from './columns';

/** The columns that a table of the file really has, with DuckDB's names of their types. */
export type FoundColumns = ReadonlyMap<string, string>;

/** A view over a table of the source with the columns of tracing v2 in one type each, whoever wrote the file. */
export function viewSql(
  view: string,
  from: string,
  tables: { wanted: V2Columns; found: FoundColumns },
  zone: string,
): string {
  const columns = Object.entries(tables.wanted).map(([name, kind]) => {
    const type = tables.found.get(name);
    const value = type === undefined ? 'NULL' : castSql(identifier(name), kind, { type, zone });
    return `CAST(${value} AS ${types[kind]}) AS ${identifier(name)}`;
  });
  return `CREATE VIEW ${view} AS SELECT ${columns.join(', ')} FROM ${from}`;
}

const types: Readonly<Record<V2Kind, string>> = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  double: 'DOUBLE',
  boolean: 'BOOLEAN',
  time: 'TIMESTAMP',
  utc: 'TIMESTAMP',
  json: 'VARCHAR',
};

function castSql(column: string, kind: V2Kind, { type, zone }: { type: string; zone: string }): string {
  switch (kind) {
    case 'integer':
    case 'double':
    case 'boolean':
      // pandas writes integers with NULLs as DOUBLE, and NaN for NULL.
      return `TRY_CAST(${column} AS ${types[kind]})`;
    case 'text':
    case 'json':
      return column;
    case 'time':
      return timeSql(column, type, zone);
    case 'utc':
      return timeSql(column, type, 'UTC');
  }
}

/** Naive times are of the writer's zone; what carries an offset does not need one. A column of another type holds only NULL. */
function timeSql(column: string, type: string, zone: string): string {
  const inUtc = (naive: string) =>
    zone === 'UTC' ? naive : `timezone('UTC', timezone(${literal(zone)}, ${naive}))`;
  if (type === 'TIMESTAMP WITH TIME ZONE') return `timezone('UTC', ${column})`;
  if (type.startsWith('TIMESTAMP') || type === 'DATE') return inUtc(`CAST(${column} AS TIMESTAMP)`);
  if (type !== 'VARCHAR') return 'NULL';
  const withOffset = `regexp_matches(${column}, '(Z|[+-]\\d\\d:?\\d\\d)$')`;
  return `CASE WHEN ${withOffset} THEN timezone('UTC', TRY_CAST(${column} AS TIMESTAMPTZ)) ELSE ${inUtc(`TRY_CAST(${column} AS TIMESTAMP)`)} END`;
}
