import { identifier } from '../../duckdb';
import { ExpectedError } from '../../model';
import { firstLine, isDamage } from './errors';
import { rowsText } from './losses';
import type { OpenTable, RowRange } from './open-table';
import type { TableDatabase } from './table-database';

/** Tables and parts of a table that are tried, so that a survey of any file ends soon. */
const MOST_TABLES = 200;
const MOST_PARTS = 100;
const PART_ROWS = 122_880;

export interface Damage {
  readonly detail: string;
  readonly readable: string;
  readonly lost: string;
}

/** Undefined when the first row of every table can be read. Else what can be read: table by table, part by part, column by column. */
export async function findDamage(database: TableDatabase, signal: AbortSignal): Promise<Damage | undefined> {
  const tables = [...database.tables.values()].slice(0, MOST_TABLES);
  let detail: string | undefined;
  for (const table of tables) {
    const error = await damageOf(database, `SELECT * FROM ${table.relation} LIMIT 1`, signal);
    if (error !== undefined) detail ??= error;
  }
  if (detail === undefined) return undefined;
  const readable: string[] = [];
  const lost: string[] = [];
  for (const table of tables) await surveyTable(database, { table, readable, lost }, signal);
  const counted = tables.map(({ name, end }) => `${name} has ${end.toLocaleString('en')} rows`).join(', ');
  return {
    detail,
    readable: [...readable, `how many rows there are (${counted})`].join('; '),
    lost: lost.join('; '),
  };
}

async function surveyTable(
  database: TableDatabase,
  {
    table,
    readable,
    lost,
  }: { readonly table: OpenTable; readonly readable: string[]; readonly lost: string[] },
  signal: AbortSignal,
): Promise<void> {
  const parts = rangesOf(table);
  for (const { name } of table.columns.values()) {
    const bad: RowRange[] = [];
    for (const range of parts) {
      const sql = `SELECT max(hash(${identifier(name)})) FROM ${table.rangeSql(range)}`;
      if ((await damageOf(database, sql, signal)) !== undefined) bad.push(range);
    }
    const column = `${table.name}.${name}`;
    if (bad.length === 0) readable.push(`${column} (${table.end.toLocaleString('en')} rows)`);
    else lost.push(`${column}: ${bad.map(rowsText).join(', ')}`);
    if (bad.length > 0 && bad.length < parts.length) readable.push(`the other rows of ${column}`);
  }
}

function rangesOf(table: OpenTable): RowRange[] {
  const size = Math.max(PART_ROWS, Math.ceil(table.end / MOST_PARTS / PART_ROWS) * PART_ROWS);
  const ranges: RowRange[] = [];
  for (let first = 0; first < table.end; ) {
    const range = table.rangeFrom(first, size);
    ranges.push(range);
    first = range.last + 1;
  }
  return ranges;
}

async function damageOf(
  database: TableDatabase,
  sql: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await database.execute(sql, signal);
    return undefined;
  } catch (error) {
    if (!isDamage(error)) throw error;
    return firstLine(
      error instanceof ExpectedError && error.cause instanceof Error ? error.cause.message : '',
    );
  }
}
