import tablesSql from '../schema/tables.sql?raw';
import eventSumsSql from './sql/event-sums.sql?raw';
import rollUpTablesSql from './sql/roll-up-tables.sql?raw';

/** The tables of a mirror file: the canonical ones and, behind each that belongs to sessions, `session_no`. */
export interface MirrorColumn {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
}

export interface MirrorTable {
  readonly name: string;
  readonly ddl: string;
  readonly columns: readonly MirrorColumn[];
  /** Has the hidden `session_no`, by which row groups of other sessions are skipped. */
  readonly isBySession: boolean;
}

const TABLE = /CREATE TABLE (\w+) \(([^;]*)\);/g;
const COLUMN = /^\s*(\w+) ([A-Z]+(?:\[\])?)( NOT NULL)?(?: USING COMPRESSION \w+)?,?$/;

function parse(sql: string): MirrorTable[] {
  return [...sql.matchAll(TABLE)].map(([, name = '', body = '']) => {
    const columns = body.split('\n').flatMap((line) => {
      const [, column, type, required] = COLUMN.exec(line) ?? [];
      return column === undefined || type === undefined
        ? []
        : [{ name: column, type, isRequired: required !== undefined }];
    });
    const isBySession = columns.some((column) => column.name === 'session_id');
    const hidden = isBySession ? ',\n  session_no BIGINT' : '';
    return {
      name,
      columns,
      isBySession,
      ddl: `CREATE TABLE ${name} (${body.trimEnd()}${hidden}\n)`,
    };
  });
}

export const mirrorTables: readonly MirrorTable[] = parse(tablesSql);
/** Tables that are no part of the model: what charts over LM calls read. */
export const rollUpTables: readonly MirrorTable[] = parse(rollUpTablesSql);
/** Those, and what the events of a session add up to. */
export const sumTables: readonly MirrorTable[] = [...rollUpTables, ...parse(eventSumsSql)];

export function mirrorTable(name: string): MirrorTable {
  const found = mirrorTables.find((table) => table.name === name);
  if (found === undefined) throw new Error(`No table ${name} in tables.sql.`);
  return found;
}

/** Changes whenever the tables do, or the meaning of what is in them: older mirrors are made again. */
export const mirrorVersion = `12:${tablesSql.length}:${rollUpTablesSql.length}:${mirrorTables.map((table) => table.columns.length).join('.')}`;
