import { z } from 'zod';
import { columnLabel, fieldsOf, type Mapping, requiredFields } from '../../model';
import type { TableDatabase } from '../duckdb';
import { eventsSql, messagesSql, spansSql } from './entry-sql';
import { mappedFormat, type PlacedEntry, placed, problemsSql } from './mapped-format';
import { type MappedFile, MappedPlace } from './mapped-place';
import type { Survey } from './survey';

/** Rows of each table that a preview is made of. */
const PREVIEW_ROWS = 5_000;
const SHOWN_SESSIONS = 20;

/** Something that keeps a mapping, or some of its values, from being what they should. */
export interface MappingProblem {
  /** Place among the mapping's entries; null: the mapping as a whole. */
  readonly entry: number | null;
  readonly field: string | null;
  /** An `error` must be mended before the file can be opened so. */
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly count: number;
}

const number = z.union([z.number(), z.bigint().transform(Number)]);
const previewRow = z.object({
  session_id: z.string(),
  title: z.string().nullable(),
  status: z.string(),
  created_at: z.string().nullable(),
  steps: number,
  events: number,
  messages: number,
  total_tokens: number.nullable(),
  cost_usd: number.nullable(),
  models: z.array(z.string().nullable()).nullable(),
});
export type PreviewSession = z.infer<typeof previewRow>;

export interface MappingPreview {
  readonly sessions: readonly PreviewSession[];
  /** Of the rows that were looked at. */
  readonly counts: {
    readonly sessions: number;
    readonly steps: number;
    readonly events: number;
    readonly messages: number;
    readonly spans: number;
  };
  /** Every row of the file was looked at. */
  readonly isWhole: boolean;
  readonly problems: readonly MappingProblem[];
}

/** What the list of sessions would show of the first rows, and what is wrong. */
export async function previewMapping(
  file: Omit<MappedFile, 'mostRows'>,
  survey: Survey,
  signal: AbortSignal,
): Promise<MappingPreview> {
  const problems = structuralProblems(file.mapping, survey);
  const place = new MappedPlace({ ...file, mostRows: PREVIEW_ROWS });
  try {
    await using database = await place.open({ signal });
    const format = mappedFormat(file.mapping, place.name);
    await database.declare(format.tables, new Set(), signal);
    const entries = placed(file.mapping).filter(({ name }) => database.tables.has(name));
    for (const { entry, nth, name } of entries) {
      for (const row of await all(database, problemsSql(entry, `whole.${name}`), problemRow, signal)) {
        problems.push({
          entry: nth,
          field: row.field,
          level: 'warning',
          message: row.message,
          count: row.count,
        });
      }
    }
    const parts = partsSql(entries, { count: file.mapping.entries.length, file: place.name });
    const sessions = await all(database, sessionsSql(parts), previewRow, signal);
    const [counts] = await all(database, countsSql(parts), countsRow, signal);
    if (counts !== undefined && counts.sessions === 0 && !problems.some(({ level }) => level === 'error'))
      problems.push(whole('Mapped so, the first rows give no session.'));
    const isWhole = entries.every(({ name }) => (database.tables.get(name)?.end ?? 0) < PREVIEW_ROWS);
    return { sessions, counts: counts ?? noCounts, isWhole, problems };
  } finally {
    await place.close();
  }
}

const noCounts = { sessions: 0, steps: 0, events: 0, messages: 0, spans: 0 };
const problemRow = z.object({ field: z.string(), message: z.string(), count: number });
const countsRow = z.object({
  sessions: number,
  steps: number,
  events: number,
  messages: number,
  spans: number,
});

function whole(message: string): MappingProblem {
  return { entry: null, field: null, level: 'error', message, count: 1 };
}

/** What can be said without a look at the rows. */
function structuralProblems({ entries }: Mapping, { tables }: Survey): MappingProblem[] {
  if (entries.length === 0) return [whole('No table is mapped yet: choose what the rows of one are.')];
  const problems: MappingProblem[] = [];
  for (const [nth, { table: name, kind, fields }] of entries.entries()) {
    const tell = (field: string | null, message: string) =>
      problems.push({ entry: nth, field, level: 'error', message, count: 1 });
    const table = tables.find((one) => one.name === name);
    if (table === undefined) {
      tell(null, `The file has no table ${name}.`);
      continue;
    }
    const known = new Set(table.columns.map(({ column }) => column));
    for (const [field, mapped] of Object.entries(fields)) {
      if ('column' in mapped && !known.has(mapped.column))
        tell(
          field,
          mapped.column === ''
            ? 'Choose its column.'
            : `No column ${columnLabel(mapped)} is among the first rows.`,
        );
    }
    for (const field of requiredFields[kind]) {
      if (fields[field] === undefined)
        tell(field, `Choose the column of ${fieldsOf(kind).get(field)?.title ?? field}.`);
    }
  }
  return problems;
}

async function all<T extends z.ZodType>(
  database: TableDatabase,
  sql: string,
  row: T,
  signal: AbortSignal,
): Promise<z.output<T>[]> {
  const found: z.output<T>[] = [];
  for await (const rows of database.rows(sql, signal)) found.push(...rows.map((one) => row.parse(one)));
  return found;
}

interface Parts {
  readonly events: string;
  readonly messages: string;
  readonly spans: string;
}

function partsSql(entries: readonly PlacedEntry[], options: { count: number; file: string }): Parts {
  const union = (kind: string, make: typeof eventsSql, empty: string) =>
    [
      empty,
      ...entries
        .filter(({ entry }) => entry.kind === kind)
        .map((entry) => `SELECT * FROM (${make(entry, { ...options, from: `whole.${entry.name}` })})`),
    ].join(' UNION ALL BY NAME ');
  return {
    events: union(
      'event',
      eventsSql,
      "SELECT '' AS session_id, NULL::BIGINT AS total_tokens, NULL::DOUBLE AS cost_usd, '' AS model WHERE false",
    ),
    messages: union('message', messagesSql, "SELECT '' AS session_id WHERE false"),
    spans: union('span', spansSql, "SELECT '' AS session_id WHERE false"),
  };
}

function sessionsSql({ events, messages }: Parts): string {
  return `WITH shown AS (SELECT *, rowid AS place FROM memory.main.gathered_sessions ORDER BY rowid DESC LIMIT ${SHOWN_SESSIONS}),
    step AS (SELECT session_id, count(*) AS steps FROM memory.main.gathered_steps GROUP BY ALL),
    event AS (SELECT session_id, count(*) AS events, sum(total_tokens)::DOUBLE AS total_tokens, sum(cost_usd) AS cost_usd,
      list_sort(list(DISTINCT model) FILTER (model IS NOT NULL)) AS models FROM (${events}) GROUP BY session_id),
    message AS (SELECT session_id, count(*) AS messages FROM (${messages}) GROUP BY session_id)
    SELECT session_id, title, status, created_at, coalesce(steps, 0) AS steps, coalesce(events, 0) AS events, coalesce(messages, 0) AS messages,
      total_tokens, cost_usd, models
    FROM shown LEFT JOIN step USING (session_id) LEFT JOIN event USING (session_id) LEFT JOIN message USING (session_id) ORDER BY place DESC`;
}

function countsSql({ events, messages, spans }: Parts): string {
  return `SELECT (SELECT count(*) FROM memory.main.gathered_sessions) AS sessions, (SELECT count(*) FROM memory.main.gathered_steps) AS steps,
    (SELECT count(*) FROM (${events})) AS events, (SELECT count(*) FROM (${messages})) AS messages, (SELECT count(*) FROM (${spans})) AS spans`;
}
