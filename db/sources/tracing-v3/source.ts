import { ExpectedError } from '../../model';
import type { RowReader } from '../row-reader';
import { rest, wake } from '../sqlite';
import type { Chunk, Cursor, ReadRequest, TraceSource, WaitingRows } from '../types';
import { checkTracingV3 } from './check';
import { placeOf, tableReads } from './columns';
import { areSame, readTracingV3, type V3Cursor, v3Cursor } from './read';
import { type Dialect, findDialect, isTracingV3, readTables, type TableColumns } from './schema';

export interface V3Options {
  readonly format: string;
  readonly name: string;
  /** What the user opened, which is not always the file itself. */
  readonly location: string;
  readonly namespace: string | null;
  readonly watched: readonly string[];
  readonly open: (signal: AbortSignal) => Promise<RowReader>;
  /** Equal while nothing has changed; undefined where only the rows themselves can tell. */
  readonly stamp: (() => Promise<string>) | undefined;
}

/** Opens a database as tracing v3; undefined when its tables are something else. */
export async function openTracingV3(
  options: V3Options,
  signal: AbortSignal,
): Promise<TraceSource | undefined> {
  const stamp = await options.stamp?.();
  const reader = await options.open(signal);
  try {
    const schema = await readSchema(reader, stamp, signal);
    if (isTracingV3(schema.tables, options.location)) {
      const source = new TracingV3Source(options, { reader, ...schema, stamp });
      await source.rest();
      return source;
    }
  } catch (error) {
    await reader[Symbol.asyncDispose]();
    throw error;
  }
  await reader[Symbol.asyncDispose]();
  return undefined;
}

interface Schema {
  readonly tables: TableColumns;
  readonly dialect: Dialect;
  /** Changes with every CREATE, ALTER and DROP; not asked for where there is no file, as not every server tells it. */
  readonly version: string | undefined;
}

interface Opened extends Schema {
  readonly reader: RowReader;
  readonly stamp: string | undefined;
}

interface Told {
  readonly reader: RowReader;
  readonly version: string;
  readonly stamp: string;
  readonly fingerprint: string;
}

const COUNTED_AT_ONCE = 50_000;
const COUNTED_PART = 50;

class TracingV3Source implements TraceSource {
  readonly isSeenLater = true;
  readonly format: string;
  readonly name: string;
  readonly location: string;
  readonly namespace: string | null;
  readonly watched: readonly string[];

  /** What the last fingerprint was made of. */
  private told: Told | undefined;
  private countAgainAt = 0;
  private knownFile: RowReader | undefined;

  constructor(
    private readonly options: V3Options,
    private opened: Opened,
  ) {
    this.format = options.format;
    this.name = options.name;
    this.location = options.location;
    this.namespace = options.namespace;
    this.watched = options.watched;
  }

  get dialect(): Dialect {
    return this.opened.dialect;
  }

  async fingerprint(signal: AbortSignal): Promise<string> {
    await using _use = this.use();
    if (this.options.stamp !== undefined) return await this.fingerprintOf(this.options.stamp, signal);
    const names = ['session_traces', ...tableReads(this.opened.tables).map((read) => read.from)];
    const list = names.map((name) => `(SELECT max(rowid) FROM ${this.placeOf(name)})`).join(', ');
    const [row] = await this.opened.reader.rows(`SELECT ${list}`, [], signal);
    return (row ?? []).join(':');
  }

  /** Rows that were added after those that `cursor` speaks of, by the highest row ids alone. */
  async waiting(cursor: Cursor, signal: AbortSignal): Promise<WaitingRows> {
    await using _use = this.use();
    const known = v3Cursor.safeParse(cursor);
    if (!known.success) return { sessions: null, rows: null };
    await this.follow(signal);
    const { sessions, tables } = known.data;
    const reads = tableReads(this.opened.tables).filter(
      (read) => !read.isSmall && read.table !== 'event_payloads',
    );
    const names = ['session_traces', ...reads.map(({ from }) => from)];
    const list = names.map((name) => `(SELECT max(rowid) FROM ${this.placeOf(name)})`).join(', ');
    const [row = []] = await this.opened.reader.rows(`SELECT ${list}`, [], signal);
    const added = names.map((_, at) => {
      const read = reads[at - 1];
      const last = read === undefined ? sessions?.top : tables[`${read.table}:${read.from}`];
      return Math.max(0, Number(row[at] ?? 0) - (last ?? 0));
    });
    return { sessions: added[0] ?? 0, rows: added.reduce((sum, count) => sum + count, 0) };
  }

  /**
   * The files' sizes and times, and where the reader sees commits the version that it sees: a checkpoint and rows that are not committed
   * change the files and no row; a commit that changes neither size nor time changes the version.
   */
  private async fingerprintOf(stampOf: () => Promise<string>, signal: AbortSignal): Promise<string> {
    const { reader, stamp: openedAs } = this.opened;
    const sees = reader.seesCommits && reader.isAlive;
    // Before the stamp: what is committed in between is then told once more, and not missed.
    const version = sees ? await versionOf(reader, 'data_version', signal) : undefined;
    const stamp = await stampOf();
    const { told } = this;
    if (version === undefined || fileOf(stamp) !== fileOf(openedAs)) {
      this.told = undefined;
      return stamp;
    }
    if (told?.reader === reader && told.version === version) return told.fingerprint;
    const fingerprint = told !== undefined && stamp === told.stamp ? `${stamp}:${version}` : stamp;
    this.told = { reader, version, stamp, fingerprint };
    return fingerprint;
  }

  /** The last row of each table that was read must still be there, and as many sessions as were read. */
  async canExtend(cursor: Cursor, signal: AbortSignal): Promise<boolean> {
    await using _use = this.use();
    const known = v3Cursor.safeParse(cursor);
    if (!known.success) return false;
    await this.follow(signal);
    const { sessions, tables, newest } = known.data;
    if (known.data.isOutside || known.data.isDamaged || !this.areNumbered()) return false;
    if (!(await this.isSameFile(newest, signal))) return false;
    if (sessions !== null && !(await this.areAllThere(sessions, signal))) return false;
    for (const [name, last] of Object.entries(tables)) {
      const table = name.slice(name.indexOf(':') + 1);
      if (!this.opened.tables.has(table)) return false;
      const sql = `SELECT 1 FROM ${this.placeOf(table)} WHERE rowid = ?1`;
      if ((await this.opened.reader.rows(sql, [last], signal)).length === 0) return false;
    }
    return true;
  }

  /** Asked once of each opening: a file that was replaced may have rows at all the same places. */
  private async isSameFile(newest: V3Cursor['newest'], signal: AbortSignal): Promise<boolean> {
    const { reader } = this.opened;
    if (this.knownFile === reader) return true;
    const sql = `SELECT rowid, session_id FROM ${this.placeOf('session_traces')} WHERE rowid IN (SELECT value FROM json_each(?1))`;
    const places = Object.keys(newest).map(Number);
    const isSame = areSame(newest, await reader.rows(sql, [JSON.stringify(places)], signal));
    if (isSame) this.knownFile = reader;
    return isSame;
  }

  /** The ends cost nothing; counting many rows waits until it is a small part of the work. */
  private async areAllThere(
    { bottom, top, count }: { readonly bottom: number; readonly top: number; readonly count: number },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { reader } = this.opened;
    const place = this.placeOf('session_traces');
    const [ends] = await reader.rows(
      `SELECT min(rowid), EXISTS (SELECT 1 FROM ${place} WHERE rowid = ?1) FROM ${place}`,
      [top],
      signal,
    );
    if (count > 0 && (Number(ends?.[0] ?? Number.NaN) > bottom || ends?.[1] !== 1n)) return false;
    const startedAt = performance.now();
    if (top - bottom > COUNTED_AT_ONCE && startedAt < this.countAgainAt) return true;
    const sql = `SELECT count(*) FROM ${place} WHERE rowid >= ?1 AND rowid <= ?2`;
    const [row] = await reader.rows(sql, [bottom, top], signal);
    const endedAt = performance.now();
    this.countAgainAt = endedAt + COUNTED_PART * (endedAt - startedAt);
    return Number(row?.[0] ?? 0) === count;
  }

  async *read(request: ReadRequest): AsyncGenerator<Chunk, void, void> {
    await using _use = this.use();
    await this.follow(request.signal);
    yield* readTracingV3({ ...request, reader: this.opened.reader, tables: this.opened.tables });
  }

  async *check(request: Pick<ReadRequest, 'signal' | 'warn'>): AsyncGenerator<void, void, void> {
    const { reader, tables } = this.opened;
    const parts = checkTracingV3({ ...request, reader, tables });
    for (let isDone = false; !isDone; ) {
      {
        await using _use = this.use();
        isDone = (await parts.next()).done === true;
      }
      yield;
    }
    await this.letGo(reader);
  }

  /** What is asked next is asked of another reader, where this one gives way to all other work. */
  private async letGo(reader: RowReader): Promise<void> {
    if (reader.givesWay !== true) return;
    wake(reader);
    await reader[Symbol.asyncDispose]();
  }

  /** Each row that is read keeps its number when others are added. */
  private areNumbered(): boolean {
    const names = ['session_traces', ...tableReads(this.opened.tables).map(({ from }) => from)];
    return names.every((name) => this.opened.tables.get(name)?.isStable !== false);
  }

  private placeOf(table: string): string {
    return placeOf(this.opened.tables, table);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    wake(this.opened.reader);
    await this.opened.reader[Symbol.asyncDispose]();
  }

  /** Until disposed the reader stays as it is; what is asked of a source is asked one after the other. */
  private use(): AsyncDisposable {
    wake(this.opened.reader);
    return { [Symbol.asyncDispose]: () => this.rest() };
  }

  async rest(): Promise<void> {
    // A server's is asked without looking whether it is alive.
    if (this.options.stamp !== undefined) await rest(this.opened.reader);
  }

  /** What is read next is what lies at the path now: another file there, or other tables in it, are looked at anew. */
  private async follow(signal: AbortSignal): Promise<void> {
    const stamp = await this.options.stamp?.();
    if (this.isBehind(stamp)) await this.openAgain(stamp, signal);
    else if (this.opened.version !== undefined && this.opened.reader.seesCommits)
      await this.followSchema(signal);
    if (!isTracingV3(this.opened.tables, this.location)) throw replaced(this.location);
  }

  /** An immutable opening sees no later change, and no opening sees another file. */
  private isBehind(stamp: string | undefined): boolean {
    const { reader, stamp: openedAs } = this.opened;
    if (!reader.isAlive) return true;
    if (stamp === openedAs) return false;
    return !reader.seesCommits || fileOf(stamp) !== fileOf(openedAs);
  }

  private async openAgain(stamp: string | undefined, signal: AbortSignal): Promise<void> {
    const reader = await this.options.open(signal);
    await this.opened.reader[Symbol.asyncDispose]();
    this.opened = { reader, ...(await readSchema(reader, stamp, signal)), stamp };
  }

  private async followSchema(signal: AbortSignal): Promise<void> {
    const { reader, version, stamp } = this.opened;
    if ((await versionOf(reader, 'schema_version', signal)) === version) return;
    this.opened = { reader, ...(await readSchema(reader, stamp, signal)), stamp };
  }
}

async function readSchema(
  reader: RowReader,
  stamp: string | undefined,
  signal: AbortSignal,
): Promise<Schema> {
  // Before the tables: what is changed in between is then read once more, and not missed.
  const version = stamp === undefined ? undefined : await versionOf(reader, 'schema_version', signal);
  const tables = await readTables(reader, signal);
  return { tables, dialect: await findDialect(reader, tables, signal), version };
}

/** `data_version` changes whenever another connection has committed; what either reads is in memory. */
async function versionOf(
  reader: RowReader,
  name: 'data_version' | 'schema_version',
  signal: AbortSignal,
): Promise<string> {
  const [row] = await reader.rows(`PRAGMA ${name}`, [], signal);
  return String(row?.[0]);
}

function replaced(path: string): ExpectedError<'FORMAT_UNKNOWN'> {
  return new ExpectedError('FORMAT_UNKNOWN', `${path} holds no traces any more.`, {
    path,
    detected: 'SQLite database',
    action: 'Put the trace database back, or close the source.',
  });
}

/** A stamp begins with the file's own number and its birth: other ones are another file at the same path. */
function fileOf(stamp: string | undefined): string | undefined {
  return stamp?.split(':', 1)[0];
}
