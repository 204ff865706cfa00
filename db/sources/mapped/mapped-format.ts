import { literal } from '../../duckdb';
import { columnLabel, fieldsOf, type MappedColumn, type Mapping, type MappingEntry } from '../../model';
import { type DeclaredTable, readOf, type TableFormat, type TableRead } from '../duckdb';
import { eventsSql, messagesSql, payloadsSql, spansSql } from './entry-sql';
import { declaredFields } from './entry-table';

/** An entry with its place among the others: rows of all entries share one numbering. */
export interface PlacedEntry {
  readonly entry: MappingEntry;
  readonly nth: number;
  /** The table that its reads are of. */
  readonly name: string;
}

export function placed(mapping: Mapping): PlacedEntry[] {
  return mapping.entries.map((entry, nth) => ({ entry, nth, name: `entry_${nth}` }));
}

/** The tables that are made of all entries together, when the file is opened. */
export const gathered = {
  gathered_sessions: {
    session_id: 'VARCHAR',
    experiment_id: 'VARCHAR',
    kind: 'VARCHAR',
    title: 'VARCHAR',
    status: 'VARCHAR',
    created_at: 'TIMESTAMP',
    started_at: 'TIMESTAMP',
    ended_at: 'TIMESTAMP',
    error: 'VARCHAR',
    metadata: 'VARCHAR',
    reward: 'DOUBLE',
  },
  gathered_steps: {
    step_key: 'BIGINT',
    session_id: 'VARCHAR',
    step: 'VARCHAR',
    step_id: 'VARCHAR',
    step_index: 'INTEGER',
    turn_number: 'INTEGER',
    started_at: 'TIMESTAMP',
    completed_at: 'TIMESTAMP',
    metadata: 'VARCHAR',
    reward: 'DOUBLE',
  },
  gathered_experiments: { experiment_id: 'VARCHAR' },
} as const satisfies Record<string, DeclaredTable>;

/** Columns (and paths) that any entry of a table takes. */
export function usedColumns(mapping: Mapping, table: string): MappedColumn[] {
  return mapping.entries
    .filter((entry) => entry.table === table)
    .flatMap(({ fields }) => Object.values(fields))
    .flatMap((field) => ('column' in field ? [field] : []));
}

/** How a mapping's tables are read: sessions and steps as they were gathered, the rest range by range. */
export function mappedFormat(mapping: Mapping, file: string): TableFormat {
  const entries = placed(mapping);
  const count = entries.length;
  const sql = (make: (entry: PlacedEntry, options: EntryOptions) => string, entry: PlacedEntry) =>
    make(entry, { count, file, from: 'piece' });
  const reads: TableRead[] = [
    readOf('gathered_experiments', 'experiments', {
      stage: 'sessions',
      sql: 'SELECT experiment_id, experiment_id AS name FROM piece',
    }),
    readOf('gathered_sessions', 'sessions', {
      stage: 'sessions',
      isBackward: true,
      sql: `SELECT session_id, experiment_id, kind, title, status, created_at, started_at, ended_at, error, metadata,
        row_key AS session_no FROM piece ORDER BY row_key DESC`,
    }),
    readOf('gathered_sessions', 'rewards', {
      stage: 'sessions',
      sql: `SELECT -1 - row_key AS reward_key, session_id, 'outcome' AS scope, reward AS value FROM piece WHERE reward IS NOT NULL`,
    }),
    readOf('gathered_steps', 'timesteps', {
      stage: 'timesteps',
      sql: `SELECT step_key, session_id, step_id, step_index, turn_number, started_at, completed_at, metadata FROM piece`,
    }),
    readOf('gathered_steps', 'rewards', {
      stage: 'timesteps',
      sql: `SELECT step_key AS reward_key, session_id, 'event' AS scope, coalesce(turn_number, step_index) AS turn_number, reward AS value
        FROM piece WHERE reward IS NOT NULL`,
    }),
    ...entries
      .filter(({ entry }) => entry.kind === 'event')
      .map((entry) => readOf(entry.name, 'events', { stage: 'events', sql: sql(eventsSql, entry) })),
    ...entries
      .filter(({ entry }) => entry.kind === 'span')
      .map((entry) =>
        readOf(entry.name, 'spans', { stage: 'events', isWide: true, sql: sql(spansSql, entry) }),
      ),
    ...entries
      .filter(({ entry }) => entry.kind === 'message')
      .map((entry) =>
        readOf(entry.name, 'messages', { stage: 'messages', isWide: true, sql: sql(messagesSql, entry) }),
      ),
    ...entries
      .filter(({ entry }) => entry.kind === 'event')
      .map((entry) =>
        readOf(entry.name, 'event_payloads', {
          stage: 'payloads',
          isWide: true,
          sql: sql(payloadsSql, entry),
        }),
      ),
  ];
  return {
    name: 'mapped',
    recognise: () => ({ dialect: mapping.name }),
    tables: {
      ...gathered,
      ...Object.fromEntries(entries.map(({ name, entry }) => [name, declaredFields(entry)])),
    },
    prepare: [],
    reads,
    checks: [
      'SELECT "at", message, count FROM memory.main.mapped_warnings',
      ...entries.map(({ entry, name }) => problemsSql(entry, `whole.${name}`)),
    ],
  };
}

export interface EntryOptions {
  readonly count: number;
  /** The id of the session that the whole file is, where no column names one. */
  readonly file: string;
  /** The relation with the entry's rows: a piece of them, or all. */
  readonly from: string;
}

/** What does not hold in an entry's rows: values that do not fit their field, rows without a session. */
export function problemsSql(entry: MappingEntry, relation: string): string {
  const problems = [...fieldsOf(entry.kind)].flatMap(([field, { type, title }]) => {
    const mapped = entry.fields[field];
    if (mapped === undefined || !('column' in mapped)) return [];
    const lost = `lost_${field}`;
    const column = columnLabel(mapped);
    const list = [
      problem({
        field,
        at: `${entry.table}, column ${column}`,
        when: lost,
        sample: `text_${field}`,
        message: `${title}: ${MESSAGES[type] ?? 'not understood'}`,
      }),
    ];
    if (field === 'session') {
      list.push(
        problem({
          field,
          at: `${entry.table}, column ${column}`,
          when: 'session IS NULL',
          sample: "''",
          message: 'Rows without a session are left out',
        }),
      );
    }
    return list;
  });
  if (problems.length === 0)
    return `SELECT NULL AS field, '' AS "at", '' AS message, 0 AS count, NULL AS first_row WHERE false`;
  return `SELECT p.field, p."at", p.message || CASE WHEN p.sample IS NULL OR p.sample = '' THEN '' ELSE ': “' || left(p.sample, 80) || '”' END
      || ' (first in row ' || (p.first_row + 1) || ').' AS message, p.count, p.first_row
    FROM (SELECT unnest([${problems.join(', ')}]) AS p FROM ${relation}) WHERE p.count > 0`;
}

const MESSAGES: Readonly<Record<string, string>> = {
  integer: 'not a whole number, left empty',
  number: 'not a number, left empty',
  money: 'not an amount, left empty',
  duration: 'not a number, left empty',
  time: 'not a time, left empty',
  boolean: 'neither true nor false, left empty',
  role: 'a role that is not known, shown as other',
  event: 'an event type that is not known, shown as other',
  status: 'a status that is not known',
};

function problem(options: {
  readonly field: string;
  readonly at: string;
  readonly when: string;
  readonly sample: string;
  readonly message: string;
}): string {
  const { field, at, when, sample, message } = options;
  return `{'field': ${literal(field)}, 'at': ${literal(at)}, 'message': ${literal(message)},
    'sample': CAST(arg_min(${sample}, row_key) FILTER (WHERE ${when}) AS VARCHAR),
    'count': count(*) FILTER (WHERE ${when}), 'first_row': min(row_key) FILTER (WHERE ${when})}`;
}
