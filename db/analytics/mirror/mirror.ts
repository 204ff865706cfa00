import { rm, stat } from 'node:fs/promises';
import { z } from 'zod';
import { type Connection, type Database, identifier, integer, statement } from '../../duckdb';
import type { Chunk, SourceWarning } from '../../sources';
import { countRows } from './count-rows';
import { adoptSql, deleteSql, insertSql, nextRowSql, orphansSql, touchAdoptedSql } from './insert-sql';
import {
  areThere,
  askedOnce,
  filesOf,
  isOwn,
  type KeptFile,
  keepFiles,
  keptFolderOf,
  mayStay,
  moveIn,
  releaseFiles,
} from './kept-files';
import { type MirrorTable, mirrorTable, mirrorTables } from './layout';
import { roomForRow } from './memory-room';
import {
  catalogOf,
  create,
  emptyMeta,
  type MirrorMeta,
  type MirrorOptions,
  openExisting,
  removeMirror,
  type Said,
  save,
} from './mirror-file';
import { priceCalls } from './price';
import { keepShortGroups, leaveReaderCore } from './reader-core';
import { clearSums, rollUpCalls, sumKeptEvents } from './roll-ups';
import { type Landed, setTimes, sumEvents, sumTouched, touchAll, touchNew } from './session-sums';

/** The transaction in which chunks land. */
interface Landing {
  readonly connection: Connection;
  readonly signal: AbortSignal;
  /** Asked once for all tables that may stay in files. */
  readonly areSessionsSingle: () => Promise<boolean>;
}

const findNextRow = statement({
  name: 'mirror.next-row',
  sql: 'SELECT next',
  params: z.object({ from: z.bigint() }),
  row: z.object({ next: z.bigint().nullable() }),
});
const findOrphans = statement({
  name: 'mirror.orphans',
  sql: 'SELECT found',
  params: z.object({}),
  row: z.object({ found: integer }),
});
/** The DuckDB file that mirrors one source, attached beside the others. Rows and the cursor that speaks of them land together. */
export class Mirror implements AsyncDisposable {
  private sinceCheckpoint = 0;
  /** Files whose rows are in no table any more; a query that began before may still read them. */
  private leftFiles: string[] = [];
  /** Table → the row that came next when it was last looked for. */
  private readonly nextRows = new Map<string, bigint>();

  private constructor(
    private readonly database: Database,
    private readonly options: MirrorOptions,
    private current: MirrorMeta,
  ) {}

  /** Attaches the file, made new when it is missing, of another version or damaged. LOCKED when another process holds it. */
  static async open(database: Database, options: MirrorOptions): Promise<Mirror> {
    const existing = await stat(options.file).then(
      () => true,
      () => false,
    );
    if (existing) {
      const mirror = await openExisting(database, options);
      if (mirror !== undefined) return new Mirror(database, options, mirror);
    }
    await create(database, options);
    return new Mirror(database, options, emptyMeta);
  }

  /** The catalog's name in SQL. */
  get catalog(): string {
    return catalogOf(this.options.sourceId);
  }

  get isSmall(): boolean {
    return this.options.isSmall === true;
  }

  get meta(): MirrorMeta {
    return this.current;
  }

  /** For a reading of everything, until disposed. */
  leaveReaderCore(): Promise<AsyncDisposable> {
    return leaveReaderCore(this.database);
  }

  /** For a reading of documents, until disposed. */
  keepShortGroups(): Promise<AsyncDisposable> {
    return keepShortGroups(this.database);
  }

  /** Takes chunks in, all or none, and counts the sessions they touch again when `landed` is given. Interrupted: nothing of them stays. */
  async land(chunks: readonly Chunk[], landed: Landed | undefined, signal: AbortSignal): Promise<void> {
    const cursor = chunks.findLast((chunk) => chunk.cursor !== null)?.cursor ?? this.current.cursor;
    const kept = new Map(this.current.kept);
    const before = new Set(filesOf(kept));
    const next: MirrorMeta = { ...this.current, cursor, isComplete: false, kept };
    await using _room = await roomForRow(this.database, longestRow(chunks));
    const land = this.transaction(signal, async (connection) => {
      const landing = { connection, signal, areSessionsSingle: askedOnce(connection, signal) };
      const isWhole = mayStay(chunks);
      /** Summed table → its first new row. */
      const firsts = new Map<string, bigint>();
      for (const table of new Set(chunks.map((chunk) => chunk.table))) {
        const rows = chunks.filter((chunk) => chunk.table === table);
        // Nobody adds to a view.
        if (kept.delete(table)) await moveIn(connection, table, signal);
        const files = await this.keep(rows, landing);
        if (files !== undefined) kept.set(table, files);
        for (const chunk of files === undefined ? rows : []) {
          const first = await this.insert(chunk, landing);
          if (SUMMED.has(table) && !firsts.has(table)) firsts.set(table, first);
        }
      }
      const has = (table: string) => chunks.some((chunk) => chunk.table === table);
      if (landed !== undefined && (isWhole || chunks.some(({ table }) => SUMMED.has(table)))) {
        if (isWhole) await touchAll(connection, signal);
        else await touchNew(connection, firsts, signal);
        if (has('events') && !kept.has('events')) await sumEvents(connection, signal);
        // A session that is read again has lost what its steps said of it.
        if (has('timesteps') || (has('sessions') && landed.steps)) await setTimes(connection, signal);
        await sumTouched(connection, landed, signal);
      }
      await save(connection, next);
    });
    await land.catch(async (error: unknown) => {
      for (const one of filesOf(kept)) if (!before.has(one)) await rm(one.file, { force: true });
      throw error;
    });
    const after = new Set(filesOf(kept));
    this.leftFiles.push(...[...before].filter((one) => !after.has(one)).map(({ file }) => file));
    this.current = next;
  }

  /** All chunks of a table that land now. Undefined: their rows have to be inserted. */
  private async keep(chunks: readonly Chunk[], landing: Landing): Promise<readonly KeptFile[] | undefined> {
    const [first] = chunks;
    if (first === undefined || !chunks.every((chunk) => mayStay([chunk]))) return undefined;
    const { connection, signal } = landing;
    if ((await this.nextRow(first.table, landing)) > 0n) return undefined;
    const { sourceId, file } = this.options;
    const folder = keptFolderOf(file);
    const kept = await keepFiles(connection, chunks, { ...landing, sourceId, folder });
    if (kept === undefined || first.table !== 'events') return kept;
    await sumKeptEvents(
      connection,
      first.content.kind === 'parquet' ? first.content.sums : undefined,
      signal,
    );
    return kept;
  }

  /** The row at which what it added begins. */
  private async insert(chunk: Chunk, { connection, signal }: Landing): Promise<bigint> {
    const removal = deleteSql(chunk);
    if (removal !== undefined) await connection.execute(removal, {}, { signal });
    const first = SUMMED.has(chunk.table) ? await this.nextRow(chunk.table, { connection, signal }) : 0n;
    const inserted = await connection.execute(
      insertSql(chunk),
      { source_id: this.options.sourceId },
      { signal, context: { path: chunk.content.file } },
    );
    if (isOwn(chunk) && inserted !== chunk.rows)
      throw new ChunkMismatch(`${chunk.table}: ${chunk.rows} rows were sent, ${inserted} arrived.`);
    if (chunk.table !== 'events') return first;
    if (isOwn(chunk)) await priceCalls(connection, first, signal);
    await rollUpCalls(connection, { first, isAll: chunk.mode !== 'append' }, signal);
    return first;
  }

  /** From where it was last time, as a table may be long; from the beginning when a checkpoint has moved its rows since. */
  private async nextRow(
    table: string,
    { connection, signal }: Pick<Landing, 'connection' | 'signal'>,
  ): Promise<bigint> {
    const findFrom = async (from: bigint) => {
      const sql = nextRowSql(mirrorTable(table));
      const [found] = await connection.run({ ...findNextRow, sql }, { from }, { signal });
      return found?.next ?? null;
    };
    const before = this.nextRows.get(table) ?? 0n;
    const next = (await findFrom(before)) ?? (before > 0n ? await findFrom(0n) : null) ?? 0n;
    this.nextRows.set(table, next);
    return next;
  }

  /** Rows came before their session did. */
  async hasOrphans(): Promise<boolean> {
    if (this.changing.length === 0) return false;
    const found = await this.database.run(
      { ...findOrphans, sql: orphansSql(this.catalog, this.changing) },
      {},
    );
    return found.length > 0;
  }

  /** Gives rows that came before their session to it, now that it is here. */
  async adopt(landed: Landed, signal: AbortSignal): Promise<void> {
    await this.transaction(signal, async (connection) => {
      for (const table of this.changing) {
        await connection.execute(touchAdoptedSql(table), {}, { signal });
        const adopted = await connection.execute(adoptSql(table), {}, { signal });
        if (table.name === 'events' && adopted > 0)
          await rollUpCalls(connection, { first: 0n, isAll: true }, signal);
      }
      await sumEvents(connection, signal);
      await setTimes(connection, signal);
      await sumTouched(connection, landed, signal);
    });
  }

  /** Makes `session_stats` of every session again; what events add up to was summed as they landed. */
  async sumAll(landed: Landed, signal: AbortSignal): Promise<void> {
    await this.transaction(signal, async (connection) => {
      await touchAll(connection, signal);
      await setTimes(connection, signal);
      await sumTouched(connection, landed, signal);
    });
  }

  /** What the source has said so far: kept with what lands next. */
  tell(said: Said): void {
    this.current = { ...this.current, ...said };
  }

  /** Everything of this fingerprint has landed. */
  async complete(fingerprint: string, said: Said, signal: AbortSignal): Promise<void> {
    const next: MirrorMeta = { ...this.current, ...said, fingerprint, isComplete: true };
    await this.transaction(signal, (connection) => save(connection, next));
    this.current = next;
  }

  /** The source has looked through it, and says this of it now. */
  async checked(warnings: readonly SourceWarning[], signal: AbortSignal): Promise<void> {
    const next: MirrorMeta = { ...this.current, warnings, isChecked: true };
    await this.transaction(signal, (connection) => save(connection, next));
    this.current = next;
  }

  /** The source looks different and says the same: not worth a write, the next opening finds out as cheaply. */
  stillIs(fingerprint: string): void {
    this.current = { ...this.current, fingerprint };
  }

  /** Rows of it lie in files beside it. */
  get isInFiles(): boolean {
    return this.current.kept.size > 0;
  }

  /** False: somebody has cleared the cache, and rows went with it. */
  hasItsFiles(): Promise<boolean> {
    return areThere(this.current.kept, keptFolderOf(this.options.file));
  }

  /** Takes the rows of a table that lie in a file into the mirror itself, the largest table last; false when there is none left. */
  async moveIn(signal: AbortSignal): Promise<boolean> {
    const bytesOf = (files: readonly KeptFile[]) => files.reduce((sum, { bytes }) => sum + bytes, 0);
    const [next] = [...this.current.kept].sort(([, a], [, b]) => bytesOf(a) - bytesOf(b));
    if (next === undefined) return false;
    const [name, files] = next;
    await this.transaction(signal, (connection) => moveIn(connection, name, signal));
    const kept = new Map(this.current.kept);
    kept.delete(name);
    this.current = { ...this.current, kept };
    this.leftFiles.push(...files.map(({ file }) => file));
    return true;
  }

  rowsSinceCheckpoint(added: number): number {
    this.sinceCheckpoint += added;
    return this.sinceCheckpoint;
  }

  /** Only tidies up: refused while another source is being written, and then done when the database is closed. */
  async checkpoint(): Promise<void> {
    this.sinceCheckpoint = 0;
    await this.database.execute(`CHECKPOINT ${identifier(this.catalog)}`).catch(() => undefined);
  }

  /** Empties the mirror: the source was changed in other ways than by adding. */
  async clear(signal: AbortSignal): Promise<void> {
    await this.transaction(signal, async (connection) => {
      for (const { name } of mirrorTables) {
        if (this.current.kept.has(name)) await releaseFiles(connection, name);
        else await connection.execute(`DELETE FROM ${name}`, {}, { signal });
      }
      await clearSums(connection, signal);
      await save(connection, emptyMeta);
    });
    await this.removeLeft();
    this.leftFiles = filesOf(this.current.kept).map(({ file }) => file);
    this.current = emptyMeta;
  }

  /** Canonical table → rows. */
  async counts(): Promise<Record<string, number>> {
    return this.current === emptyMeta ? {} : countRows(this.database, this.catalog, this.current.kept);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database.execute(`DETACH ${identifier(this.catalog)}`);
    await this.removeLeft();
    if (this.options.isPrivate) await removeMirror(this.options.file);
  }

  /** Tables of sessions' rows that lie in the mirror itself: those in files are numbered as they are read. */
  private get changing(): readonly MirrorTable[] {
    return children.filter(({ name }) => !this.current.kept.has(name));
  }

  private async removeLeft(): Promise<void> {
    // One that something still holds open goes at the next opening.
    for (const file of this.leftFiles) await rm(file, { force: true }).catch(() => undefined);
    this.leftFiles = [];
  }

  private async transaction<T>(
    signal: AbortSignal,
    work: (connection: Connection) => Promise<T>,
  ): Promise<T> {
    await using connection = await this.database.acquire(signal);
    // A session that is there twice is one session: its rows go to the first.
    await connection.execute(
      `SET SESSION scalar_subquery_error_on_multiple_rows = false; USE ${identifier(this.catalog)}`,
    );
    try {
      return await connection.transaction(() => work(connection));
    } finally {
      await connection.execute('USE memory.main');
    }
  }
}

function longestRow(chunks: readonly Chunk[]): number {
  return Math.max(0, ...chunks.map(({ content }) => (content.kind === 'text' ? content.longestBytes : 0)));
}

const children = mirrorTables.filter(({ name, isBySession }) => isBySession && !isOfSessions(name));

/** Tables of whose rows a session's sums are made. */
const SUMMED: ReadonlySet<string> = new Set(['sessions', 'timesteps', 'events', 'messages', 'rewards']);

function isOfSessions(table: string): boolean {
  return table === 'sessions' || table === 'session_stats';
}

/** The text of a chunk did not come out as the rows that went in: it must be written more carefully. */
export class ChunkMismatch extends Error {}
