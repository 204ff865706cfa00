import { createHash } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { chunkFileName } from '../chunk-file';
import type { RowReader, WrittenText } from '../row-reader';
import type { SqliteValue } from '../sqlite';
import type { Chunk, ReadRequest } from '../types';
import { placeOf, sessionRead, type TableRead, tableReads } from './columns';
import { Losses } from './losses';
import { sayOddValues, suspicion } from './odd-values';
import { beforeNext, highestBelow, highestIds, OUTSIDE, rowIds } from './row-ids';
import type { TableColumns } from './schema';
import { rowMarksSql, textSql } from './text-sql';

/** The newest sessions come alone, so that the first screen does not wait for the rest. */
const FIRST_SESSIONS = 2_000;
const FIRST_ROWS = 20_000;
/** A run of a chunk's statement: few rows as long as their length is unknown. */
const FIRST_RUN_ROWS = 256;
const MAXIMUM_RUN_ROWS = 4_096;
/** Steps and sessions older than these are taken to be finished. */
const MAXIMUM_OPEN_STEPS = 2_000;
const CHANGING_SESSIONS = 500;
/** One row group of DuckDB: written to its place at once, and not by way of the log. */
const MAXIMUM_ROWS = 122_880;
/** Canonical reads by name → the highest row id that has landed. */
export const v3Cursor = z.object({
  /** Sessions are read downwards: everything from `bottom` to `top` has landed. */
  sessions: z.object({ top: z.number(), bottom: z.number(), count: z.number() }).nullable(),
  tables: z.record(z.string(), z.number()),
  /** Tables that are read whole → the hash of their text: unchanged, they are not landed again. */
  whole: z.record(z.string(), z.string()),
  /** Steps that had not ended when they were read: the rows that change in place. */
  openSteps: z.array(z.number()),
  /** The newest sessions, which change in place too: row id → the hash of its id, and of its text. */
  newest: z.record(z.string(), z.string()).default({}),
  /** Some rows have ids that nothing can be told by. */
  isOutside: z.boolean().default(false),
  /** Rows were passed over that a damaged file would not give: it is read from the beginning each time. */
  isDamaged: z.boolean().default(false),
});
export type V3Cursor = z.infer<typeof v3Cursor>;

interface Given extends ReadRequest {
  readonly reader: RowReader;
  readonly tables: TableColumns;
}

interface Reading extends Given {
  /** Tables in which a row that was added looks odd; a whole file is looked through when it has been read (`check.ts`). */
  readonly odd: Set<string>;
}

/** Everything after the cursor, in stages. Small tables come whole each time: their rows change in place. */
export async function* readTracingV3(given: Given): AsyncGenerator<Chunk, void, void> {
  const reading: Reading = { ...given, odd: new Set() };
  const state: V3Cursor =
    reading.cursor === null
      ? {
          sessions: null,
          tables: {},
          whole: {},
          openSteps: [],
          newest: {},
          isOutside: false,
          isDamaged: false,
        }
      : v3Cursor.parse(reading.cursor);
  const losses = new Losses(reading);
  // Taken before the sessions are: rows that a writer adds meanwhile belong to sessions that are not here yet, and come with the next reading.
  const ends = await highestIds(reading);
  const known = state.sessions?.top;
  // Before the rows that come are read: the cursor of their chunk then speaks of their marks.
  const changed = await losses.otherwise('session_traces', [], () => markNewest(reading, state));
  yield* losses.guard('session_traces', readSessions(reading, state));
  const old = changed.filter((rowId) => rowId <= (known ?? 0));
  yield* losses.guard(
    'session_traces',
    readAgain(reading, sessionRead(reading.tables), { state, rowIds: old }),
  );
  yield* losses.guard('session_timesteps', readEnded(reading, state));
  for (const read of tableReads(reading.tables)) {
    const name = `${read.table}:${read.from}`;
    const before = state.tables[name] ?? Number.MIN_SAFE_INTEGER;
    const chunks = read.isSmall
      ? readWhole(reading, read, state)
      : readAdded(reading, read, { state, losses, end: ends.get(read.from) });
    yield* losses.guard(read.from, chunks);
    if (read.table !== 'timesteps') continue;
    // A step that came later is not here yet: the next reading adds it, ended or not.
    const landed = state.tables[name] ?? before;
    const opened = losses.any ? [] : await openSteps(reading, { before, landed });
    state.openSteps = [...opened, ...state.openSteps].slice(0, MAXIMUM_OPEN_STEPS);
  }
  for (const table of reading.odd)
    await losses.otherwise(table, undefined, () => sayOddValues(reading, table));
  if (losses.any && state.sessions !== null) {
    // One row comes again, and with it a cursor that knows of the damage.
    state.isDamaged = true;
    const again = { state, rowIds: [state.sessions.top] };
    yield* losses.guard('session_traces', readAgain(reading, sessionRead(reading.tables), again));
  }
  losses.report();
}

async function* readSessions(reading: Reading, state: V3Cursor): AsyncGenerator<Chunk, void, void> {
  const bounds = await rowIds(reading, 'session_traces');
  if (bounds === undefined) return;
  const read = sessionRead(reading.tables);
  if (state.sessions === null && bounds.isOutside) yield* readOutside(reading, read, state);
  const sessions = state.sessions ?? { top: bounds.high, bottom: bounds.high + 1, count: 0 };
  let size = FIRST_SESSIONS;
  const next = async (low: number, high: number): Promise<Chunk | undefined> => {
    const text = await readText(reading, read, 'rowid >= ?1 AND rowid <= ?2', [[low, high]]);
    sessions.top = Math.max(sessions.top, high);
    sessions.bottom = Math.min(sessions.bottom, low);
    sessions.count += text?.rows ?? 0;
    state.sessions = sessions;
    size = Math.min(MAXIMUM_ROWS, size * 16, 16 * nextStep(reading, size, text));
    if (text === undefined) return undefined;
    return chunkOf(read, text, { mode: 'append', state, total: bounds.high });
  };
  while (sessions.top < bounds.high) {
    const chunk = await next(sessions.top + 1, Math.min(bounds.high, sessions.top + size));
    if (chunk !== undefined) yield chunk;
    else sessions.top = Math.max(sessions.top, await beforeNext(reading, read.from, sessions.top));
  }
  while (sessions.bottom > bounds.low) {
    const chunk = await next(Math.max(bounds.low, sessions.bottom - size), sessions.bottom - 1);
    if (chunk !== undefined) yield chunk;
    else sessions.bottom = (await highestBelow(reading, read.from, sessions.bottom)) + 1;
  }
}

/** The rows whose ids are too large to be counted on. */
async function* readOutside(
  reading: Reading,
  read: TableRead,
  state: V3Cursor,
): AsyncGenerator<Chunk, void, void> {
  const where = read.where === undefined ? OUTSIDE : `(${OUTSIDE}) AND ${read.where}`;
  const text = await readText(reading, read, where, [[]]);
  state.isOutside = true;
  if (text === undefined) return;
  yield chunkOf(read, text, { mode: 'append', state, total: null });
}

/** Marks the newest sessions by what they say now. Gives the rows that say something else than when they were marked before. */
async function markNewest(reading: Reading, state: V3Cursor): Promise<number[]> {
  const bounds = await rowIds(reading, 'session_traces');
  if (bounds === undefined) return [];
  const sql = rowMarksSql(sessionRead(reading.tables), 'rowid > ?1');
  const rows = await reading.reader.rows(sql, [bounds.high - CHANGING_SESSIONS], reading.signal);
  const newest = Object.fromEntries(
    rows.map(([rowId, mark, id]) => [String(rowId), markOf(id, hashOf(mark))]),
  );
  const changed = Object.keys(newest).filter((rowId) => newest[rowId] !== state.newest[rowId]);
  state.newest = newest;
  return changed.map(Number);
}

/** Rows that were read before, as they are now. */
async function* readAgain(
  reading: Reading,
  read: TableRead,
  { state, rowIds }: { readonly state: V3Cursor; readonly rowIds: readonly number[] },
): AsyncGenerator<Chunk, void, void> {
  if (rowIds.length === 0) return;
  const where = 'rowid IN (SELECT value FROM json_each(?1))';
  const text = await readText(reading, read, where, [[JSON.stringify(rowIds)]]);
  if (text === undefined) return;
  yield chunkOf(read, text, { mode: 'upsert', state, total: null });
}

/** Steps that have ended since they were read. */
async function* readEnded(reading: Reading, state: V3Cursor): AsyncGenerator<Chunk, void, void> {
  const steps = tableReads(reading.tables).find((read) => read.table === 'timesteps');
  if (reading.cursor === null || steps === undefined || state.openSteps.length === 0) return;
  const still = new Set(await openSteps(reading, state.openSteps));
  const ended = state.openSteps.filter((step) => !still.has(step));
  state.openSteps = state.openSteps.filter((step) => still.has(step));
  yield* readAgain(reading, steps, { state, rowIds: ended });
}

/** Of these steps, or of those between the rows, the ones that have not ended. */
async function openSteps(
  reading: Reading,
  from: readonly number[] | { readonly before: number; readonly landed: number },
): Promise<number[]> {
  if (reading.tables.get('session_timesteps')?.has('completed_at') !== true) return [];
  const isRange = 'before' in from;
  const where = isRange ? 'rowid > ?1 AND rowid <= ?2' : 'rowid IN (SELECT value FROM json_each(?1))';
  const rows = await reading.reader.rows(
    `SELECT rowid FROM ${placeOf(reading.tables, 'session_timesteps')} WHERE ${where} AND completed_at IS NULL ORDER BY rowid DESC LIMIT ${MAXIMUM_OPEN_STEPS}`,
    isRange ? [from.before, from.landed] : [JSON.stringify(from)],
    reading.signal,
  );
  return rows.map((row) => Number(row[0]));
}

function markOf(sessionId: SqliteValue | undefined, hash: string): string {
  return `${hashOf(sessionId ?? null).slice(0, 8)} ${hash}`;
}

/** The sessions that were marked are still those at their places: else it is another file. */
export function areSame(newest: V3Cursor['newest'], ids: readonly (readonly SqliteValue[])[]): boolean {
  return ids.every(([rowId, id]) => {
    const mark = newest[String(rowId)];
    return mark === undefined || mark.startsWith(markOf(id, ''));
  });
}

/** Short: hundreds of them are kept in the cursor. */
function hashOf(value: SqliteValue | undefined): string {
  return createHash('sha256')
    .update(value instanceof Uint8Array ? value : String(value))
    .digest('base64')
    .slice(0, 16);
}

async function* readWhole(
  reading: Reading,
  read: TableRead,
  state: V3Cursor,
): AsyncGenerator<Chunk, void, void> {
  const text = await readText(reading, read, 'TRUE', [[]]);
  const hash = text === undefined ? '' : hashOf(await readFile(text.content.file));
  if (text === undefined || state.whole[read.from] === hash) {
    if (text !== undefined) await rm(text.content.file, { force: true });
    return;
  }
  state.whole[read.from] = hash;
  yield chunkOf(read, text, { mode: 'replace', state, total: text.rows });
}

async function* readAdded(
  reading: Reading,
  read: TableRead,
  {
    state,
    losses,
    end,
  }: { readonly state: V3Cursor; readonly losses: Losses; readonly end: number | undefined },
): AsyncGenerator<Chunk, void, void> {
  const name = `${read.table}:${read.from}`;
  const found = await rowIds(reading, read.from);
  if (found === undefined || end === undefined) return;
  const bounds = { low: found.low, high: Math.min(found.high, end) };
  const where = `rowid > ?1 AND rowid <= ?2${read.where === undefined ? '' : ` AND ${read.where}`}`;
  if (state.tables[name] === undefined && found.isOutside) yield* readOutside(reading, read, state);
  let low = state.tables[name] ?? bounds.low - 1;
  let size = FIRST_ROWS;
  let step = FIRST_RUN_ROWS;
  while (low < bounds.high) {
    const runs = rangesOf(low, Math.min(bounds.high, low + size), step);
    const end = runs[0]?.[1] ?? bounds.high;
    const text = await losses.attempt(read.from, end - low, () => readText(reading, read, where, runs));
    if (text === 'again') {
      step = Math.ceil((end - low) / 8);
      size = step;
      continue;
    }
    if (text === 'lost') {
      low = end;
      continue;
    }
    const high = runs[(text?.runs ?? runs.length) - 1]?.[1] ?? end;
    step = nextStep(reading, step, text);
    size = text === undefined ? MAXIMUM_ROWS : Math.min(MAXIMUM_ROWS, Math.max(size, step) * 8);
    low = text === undefined ? await beforeNext(reading, read.from, high) : high;
    state.tables[name] = low;
    if (text === undefined) continue;
    yield chunkOf(read, text, { mode: 'append', state, total: bounds.high });
  }
}

/** (low, high] in parts of so many ids. */
function rangesOf(low: number, high: number, step: number): [number, number][] {
  const ranges: [number, number][] = [];
  for (let at = low; at < high; at += step) ranges.push([at, Math.min(high, at + step)]);
  return ranges;
}

interface Text extends Omit<WrittenText, 'longestBytes' | 'odd'> {
  readonly content: Extract<Chunk['content'], { kind: 'text' }>;
}

/** The rows of each of the runs, as far as one chunk holds them; undefined when there are none. */
async function readText(
  reading: Reading,
  read: Pick<TableRead, 'table' | 'from' | 'place' | 'fields' | 'variants'>,
  where: string,
  runs: readonly (readonly SqliteValue[])[],
): Promise<Text | undefined> {
  const file = chunkFileName(reading.folder);
  // The rows of events are read twice: their JSON with the payloads.
  const kind = read.table === 'events' ? 'plain' : read.table === 'event_payloads' ? 'json' : 'all';
  const odd = reading.cursor === null ? 'FALSE' : suspicion(reading.tables.get(read.from), read.from, kind);
  const sql = textSql(read, where, odd);
  try {
    const {
      longestBytes,
      odd: found,
      ...text
    } = await reading.reader.text(sql, runs, {
      file,
      signal: reading.signal,
    });
    if (found > 0) reading.odd.add(read.from);
    if (text.rows > 0) return { ...text, content: { kind: 'text', file, longestBytes } };
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  await rm(file, { force: true });
  return undefined;
}

/** How many ids a run may span so that it gives about `pieceBytes`. */
function nextStep(reading: Reading, step: number, chunk: Text | undefined): number {
  if (chunk === undefined) return MAXIMUM_RUN_ROWS;
  const fitting = Math.floor((reading.reader.pieceBytes * chunk.rows) / chunk.bytes);
  return Math.max(1, Math.min(MAXIMUM_RUN_ROWS, fitting, step * 16));
}

/** What was read, with the cursor as it is now. */
function chunkOf(
  read: TableRead,
  { content, rows }: Text,
  { mode, state, total }: Pick<Chunk, 'mode' | 'total'> & { readonly state: V3Cursor },
): Chunk {
  const columns = read.fields.map(({ column }) => column);
  const cursor = structuredClone(state);
  return { stage: read.stage, table: read.table, columns, content, rows, mode, cursor, total };
}
