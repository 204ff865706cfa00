import { type Connection, type Database, identifier } from '../../duckdb';
import type { SourceWarning, TraceSource } from '../../sources';
import { type MirrorTable, mirrorTables, sumTables } from './layout';
import { Mirror } from './mirror';
import {
  catalogOf,
  create,
  emptyMeta,
  IN_MEMORY,
  inCatalog,
  type MirrorMeta,
  removeMirror,
} from './mirror-file';
import { type SyncOptions, type SyncResult, sync } from './sync';

/** What the mirror of a source is to who holds it open. */
export interface MirroredRows extends AsyncDisposable {
  readonly meta: MirrorMeta;
  /** Canonical table → rows. */
  counts(): Promise<Record<string, number>>;
  /** Brings the rows up to the source. */
  bringUp(source: TraceSource, options: SyncOptions): Promise<SyncResult>;
  /** The source has looked through it, and says this of it now. */
  checked(warnings: readonly SourceWarning[], signal: AbortSignal): Promise<void>;
  /** Where rows may lie in files, to be moved in later. */
  readonly own: Mirror | undefined;
}

/** One with a file of its own. */
export function ownRows(mirror: Mirror): MirroredRows {
  return {
    own: mirror,
    get meta() {
      return mirror.meta;
    },
    counts: () => mirror.counts(),
    bringUp: (source, options) => sync(mirror, source, options),
    checked: (warnings, signal) => mirror.checked(warnings, signal),
    [Symbol.asyncDispose]: () => mirror[Symbol.asyncDispose](),
  };
}

const SHELF = 'shelf';
/** Sessions of one source, by number: no small file has as many. */
const NUMBERS_EACH = 2n ** 24n;

/** Until then what came or went takes a tenth of a megabyte of DuckDB's memory each. */
const CHECKPOINT_EVERY = 25;

/**
 * One file for the rows of many small sources, which are read into memory first and put here whole, so that they come and change at once. A
 * file of its own costs each query a fifth of a millisecond for each table, and the engine a megabyte. It lives as long as its process.
 */
export class Shelf implements AsyncDisposable {
  private opened: Promise<void> | undefined;
  private turn: Promise<unknown> = Promise.resolve();
  private places = 0n;
  private changes = 0;
  private isEnded = false;

  constructor(
    private readonly database: Database,
    private readonly file: string,
  ) {}

  static readonly catalog = catalogOf(SHELF);

  get isOpen(): boolean {
    return this.opened !== undefined;
  }

  /** For one more source, which has no rows yet. */
  async place(sourceId: string, hasWideRows: boolean | undefined): Promise<MirroredRows> {
    this.opened ??= create(this.database, {
      sourceId: SHELF,
      file: this.file,
      isPrivate: true,
      hasWideRows: true,
      isSmall: true,
    });
    await this.opened;
    const first = this.places * NUMBERS_EACH;
    this.places += 1n;
    const place = { sourceId, first };
    let meta = emptyMeta;
    let counts: Record<string, number> = {};
    return {
      own: undefined,
      get meta() {
        return meta;
      },
      counts: async () => counts,
      bringUp: async (source, options) => {
        const fingerprint = await source.fingerprint(options.signal);
        if (meta.isComplete && meta.fingerprint === fingerprint) return 'unchanged';
        await using mirror = await Mirror.open(this.database, {
          sourceId,
          file: IN_MEMORY,
          isPrivate: false,
          hasWideRows,
          isSmall: true,
        });
        try {
          return await sync(mirror, source, options);
        } finally {
          // What came before a damaged part is good.
          if (!options.signal.aborted) {
            counts = await mirror.counts();
            await this.put(place, { catalog: mirror.catalog, counts });
            meta = mirror.meta;
          }
        }
      },
      checked: async (warnings) => {
        meta = { ...meta, warnings, isChecked: true };
      },
      [Symbol.asyncDispose]: () => this.inTurn((connection) => remove(connection, place)),
    };
  }

  /** Everything is going to be closed: rows are not taken out one source after the other. */
  stop(): void {
    this.isEnded = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.turn;
    if (this.opened === undefined) return;
    await this.opened;
    await this.database.execute(`DETACH ${identifier(Shelf.catalog)}`);
    await removeMirror(this.file);
  }

  private put(
    place: Place,
    { catalog, counts }: { readonly catalog: string; readonly counts: Readonly<Record<string, number>> },
  ): Promise<void> {
    return this.inTurn(async (connection) => {
      await remove(connection, place);
      const values = { first: place.first };
      for (const table of mirrorTables)
        if (table.name === 'session_stats' || (counts[table.name] ?? 0) > 0)
          await connection.execute(copySql(table, catalog), table.isBySession ? values : {});
      await connection.execute(modelsSql(catalog));
      for (const table of sumTables)
        if (table.name !== 'call_models') await connection.execute(copySql(table, catalog), values);
    });
  }

  /** Only tidies up: refused while a query holds on to what it would move, and done the next time. */
  private async checkpoint(): Promise<void> {
    await this.database.execute(`CHECKPOINT ${identifier(Shelf.catalog)}`).catch(() => undefined);
  }

  /** One after the other, each whole or not at all. */
  private inTurn(work: (connection: Connection) => Promise<void>): Promise<void> {
    const mine = this.turn.then(async () => {
      if (this.isEnded) return;
      await inCatalog(this.database, Shelf.catalog, (connection) =>
        connection.transaction(() => work(connection)),
      );
      this.changes += 1;
      if (this.changes % CHECKPOINT_EVERY === 0) await this.checkpoint();
    });
    this.turn = mine.catch(() => undefined);
    return mine;
  }
}

interface Place {
  readonly sourceId: string;
  /** The number before its first session's. */
  readonly first: bigint;
}

async function remove(connection: Connection, { sourceId, first }: Place): Promise<void> {
  for (const { name } of mirrorTables)
    await connection.execute(`DELETE FROM ${name} WHERE source_id = $source_id`, { source_id: sourceId });
  for (const { name } of sumTables)
    if (name !== 'call_models')
      await connection.execute(`DELETE FROM ${name} WHERE session_no >= $first AND session_no < $end`, {
        first,
        end: first + NUMBERS_EACH,
      });
}

/** The rows of a mirror's table, its sessions with their numbers here. */
function copySql(table: MirrorTable, catalog: string): string {
  const names = table.columns.map(({ name }) => name);
  const all = table.isBySession ? [...names, 'session_no'] : names;
  const values = all.map((name) => {
    if (name === 'session_no') return 'r.session_no + $first';
    return name === 'model_no' ? 'k.model_no' : `r.${identifier(name)}`;
  });
  const from = identifier(catalog);
  const models = names.includes('model_no')
    ? ` JOIN ${from}.main.call_models m USING (model_no)
      JOIN call_models k ON k.model IS NOT DISTINCT FROM m.model AND k.provider IS NOT DISTINCT FROM m.provider`
    : '';
  return `INSERT INTO ${table.name} (${all.map(identifier).join(', ')})
    SELECT ${values.join(', ')} FROM ${from}.main.${table.name} r${models}`;
}

/** Numbers the models that have no number here yet. */
function modelsSql(catalog: string): string {
  return `INSERT INTO call_models
    SELECT (SELECT coalesce(max(model_no), 0) FROM call_models) + row_number() OVER (ORDER BY model, provider), model, provider
    FROM (SELECT model, provider FROM ${identifier(catalog)}.main.call_models EXCEPT SELECT model, provider FROM call_models)`;
}
