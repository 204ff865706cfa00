import { setTimeout as wait } from 'node:timers/promises';
import { ExpectedError, type Failure, toFailure } from '../../model';
import type {
  Chunk,
  FileReport,
  SourceSpec,
  SourceWarning,
  TraceSource,
  Turns,
  WaitingRows,
} from '../../sources';
import { type MirroredRows, type SyncProgress, WarningBook } from '../mirror';
import type { Hold } from './hold';
import { PathEvents } from './path-events';
import type { OpenSource, SourceState } from './types';

export interface EntryOptions {
  readonly sourceId: string;
  readonly spec: SourceSpec;
  readonly source: TraceSource;
  readonly mirror: MirroredRows;
  readonly workFolder: string;
  /** Absent: its reading waits for no other. */
  readonly turns: Turns | undefined;
  /** Absent: rows that lie in files stay there. */
  readonly movingTurns: Turns | undefined;
  /** While it is on, what was read stays as it is and what waits is counted. */
  readonly hold: Hold;
  readonly onChange: (hasNewRows: boolean) => void;
  /** A reading has landed; what it changed beyond this source is done when this is. */
  readonly onRead: () => Promise<void>;
  readonly log: (event: Readonly<Record<string, unknown>>) => void;
}

/** A commit adds little and is told when it has landed whole; from this many rows on, how far it is is told too. */
const TOLD_ROWS = 20_000;
/** After a reading as long a rest, within these: a writer that commits all the time leaves the engine half of its time. */
const REST_MS = { least: 20, most: 200 };

/** After a file's event that brought nothing: looked at again after 4 ms, and each time after twice as long. */
const LOOK_AGAIN = { firstMs: 4, times: 8 };

/** One open source: its reading, one at a time, and what the sidebar shows of it. */
export class Entry implements AsyncDisposable {
  readonly openedAt = new Date().toISOString();
  /** What opens it again; changes when a neighbour from the same folder is closed. */
  spec: SourceSpec;
  private readonly said: WarningBook;
  /** What became of each file, by its name. */
  readonly files: Map<string, FileReport>;
  private readonly controller = new AbortController();
  private events: PathEvents | undefined;
  private running: Promise<void> | undefined;
  private isWanted = false;
  private state: SourceState = 'reading';
  private progress: SyncProgress | null = null;
  private rows: Record<string, number> = {};
  private error: Failure | null = null;
  private isReused = false;
  private isFirst = true;
  /** Opened while others are held: its first reading is what its user asked for. */
  private isExempt: boolean;
  private isAsked = false;
  private waiting: WaitingRows | null = null;
  private landedRows = 0;
  private looks = LOOK_AGAIN.times;
  private nextLook: NodeJS.Timeout | undefined;
  /** The source looks through what was read, a part at a time. */
  private checking: AsyncGenerator<void, void, void> | undefined;

  constructor(readonly options: EntryOptions) {
    this.spec = options.spec;
    this.isExempt = options.hold.isOn;
    this.said = new WarningBook(options.mirror.meta.warnings);
    this.files = new Map(options.mirror.meta.files.map((report) => [report.file, report]));
  }

  async start(): Promise<void> {
    this.rows = await this.options.mirror.counts();
    const { watched, watchedFolders = [] } = this.options.source;
    this.events = new PathEvents({
      paths: watched,
      folders: watchedFolders,
      onChange: () => {
        this.looks = 0;
        void this.refresh();
      },
      log: this.options.log,
    });
    void this.refresh();
  }

  /** Looks for changes; a call during a reading is served by one more after it. `isAsked`: also while rows are held. */
  async refresh(isAsked = false): Promise<void> {
    this.isWanted = true;
    this.isAsked ||= isAsked;
    this.running ??= this.readWhileWanted().finally(() => {
      this.running = undefined;
    });
    await this.running;
  }

  /** Somebody opens it again, perhaps with what else is in a folder. */
  openAgain(spec: SourceSpec): void {
    this.spec = spec;
    void this.refresh();
  }

  /** Rows are not held any more: what waits is read. */
  release(): void {
    this.waiting = null;
    void this.refresh();
  }

  get warnings(): readonly SourceWarning[] {
    return this.said.all;
  }

  /** Its rows share a mirror with others. */
  get isShelved(): boolean {
    return this.options.mirror.own === undefined;
  }

  get sessions(): number {
    return this.rows.sessions ?? 0;
  }

  /** To its end, or as far as it can be. */
  get isRead(): boolean {
    return this.state !== 'reading';
  }

  get isReading(): boolean {
    return this.running !== undefined;
  }

  async whenIdle(): Promise<void> {
    while (this.running !== undefined) await this.running;
  }

  snapshot(): OpenSource {
    const { spec } = this;
    const { sourceId, source } = this.options;
    return {
      sourceId,
      name: source.name,
      spec: { kind: spec.kind, location: source.location, namespace: source.namespace },
      format: source.format,
      dialect: source.dialect,
      state: this.state,
      progress: this.progress,
      rows: { ...this.rows },
      sessions: this.sessions,
      warnings: this.said.size,
      error: this.error,
      reused: this.isReused,
      waiting: this.waiting,
      openedAt: this.openedAt,
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.isWanted = false;
    this.events?.[Symbol.dispose]();
    clearTimeout(this.nextLook);
    this.looks = LOOK_AGAIN.times;
    this.controller.abort();
    await this.whenIdle();
    await this.options.source[Symbol.asyncDispose]();
    await this.options.mirror[Symbol.asyncDispose]();
  }

  private async readWhileWanted(): Promise<void> {
    do {
      while (this.isWanted) {
        const startedAt = performance.now();
        await this.serve();
        const tookMs = performance.now() - startedAt;
        if (this.isWanted) await this.rest(Math.min(REST_MS.most, Math.max(REST_MS.least, tookMs)));
      }
    } while ((await this.check()) || (await this.moveIn()) || this.isWanted);
  }

  /** Between readings, a part at a time; false when there is nothing to do. */
  private async check(): Promise<boolean> {
    const { source, mirror, turns, sourceId, log, onChange } = this.options;
    const { signal } = this.controller;
    const isThere = this.state === 'ready' || this.state === 'damaged';
    if (source.check === undefined || mirror.meta.isChecked || !isThere || signal.aborted) return false;
    using _turn = await turns?.take();
    if (this.isWanted || signal.aborted) return true;
    try {
      this.checking ??= source.check({ signal, warn: (warning) => this.said.add(warning) });
      if ((await this.checking.next()).done !== true || signal.aborted) return true;
      await mirror.checked(this.said.all, signal);
      onChange(false);
    } catch (error) {
      if (!signal.aborted) log({ event: 'source-not-checked', sourceId, cause: String(error) });
    }
    this.checking = undefined;
    return false;
  }

  /** Between readings, a table at a time; false when there is nothing to do. No row that a query returns changes. */
  private async moveIn(): Promise<boolean> {
    const { movingTurns } = this.options;
    const mirror = this.options.mirror.own;
    const { signal } = this.controller;
    if (movingTurns === undefined || mirror?.isInFiles !== true || signal.aborted) return false;
    try {
      using _turn = await movingTurns.take(signal);
      if (this.isWanted || signal.aborted) return true;
      await using _core = await mirror.leaveReaderCore();
      return await mirror.moveIn(signal);
    } catch (error) {
      if (signal.aborted) return false;
      const { sourceId } = this.options;
      this.options.log({ event: 'rows-not-moved-in', sourceId, cause: String(error) });
      // Where there is no room they can stay; where somebody has cleared the cache they are read again.
      this.isWanted ||= !(await mirror.hasItsFiles());
      return false;
    }
  }

  private async serve(): Promise<void> {
    using _turn = await this.options.turns?.take();
    this.isWanted = false;
    const { hold } = this.options;
    if (!hold.isOn || this.isExempt || this.isAsked) return await this.readOnce();
    await this.countWaiting();
    // Released meanwhile: what was counted is to be read.
    if (!hold.isOn) this.isWanted = true;
  }

  private async rest(milliseconds: number): Promise<void> {
    await wait(milliseconds, undefined, { signal: this.controller.signal }).catch(() => undefined);
  }

  private async countWaiting(): Promise<void> {
    const { source, mirror, onChange } = this.options;
    const { signal } = this.controller;
    try {
      const { fingerprint, cursor } = mirror.meta;
      if ((await source.fingerprint(signal)) === fingerprint) return this.lookAgain();
      const counted = cursor === null ? undefined : await source.waiting?.(cursor, signal);
      this.waiting = counted ?? { sessions: null, rows: null };
      onChange(false);
    } catch (error) {
      this.waiting = { sessions: null, rows: null };
      this.fail(error);
      onChange(false);
    }
  }

  private lookAgain(): void {
    clearTimeout(this.nextLook);
    if (this.options.source.isSeenLater !== true || this.looks >= LOOK_AGAIN.times) return;
    this.nextLook = setTimeout(() => void this.refresh(), LOOK_AGAIN.firstMs * 2 ** this.looks);
    this.nextLook.unref();
    this.looks += 1;
  }

  private async readOnce(): Promise<void> {
    const { source, mirror, workFolder, onChange, onRead, hold } = this.options;
    const { signal } = this.controller;
    const before = this.state;
    this.isAsked = false;
    this.landedRows = 0;
    this.waiting = null;
    try {
      const result = await mirror.bringUp(source, {
        folder: workFolder,
        signal,
        warn: (warning) => this.said.add(warning),
        renew: (at) => this.said.renew(at),
        report: (report) => this.files.set(report.file, report),
        onChunk: (progress, chunk) => this.landed(progress, chunk),
        beforeLanding: async () => {
          if (!this.isExempt) await hold.whenReleased(signal);
        },
      });
      // What lies there now is looked through from its beginning.
      if (result === 'read') this.checking = undefined;
      this.isReused = this.isFirst ? result === 'unchanged' : this.isReused;
      this.isExempt = false;
      if (result === 'unchanged') this.lookAgain();
      if (result === 'unchanged' && before === 'ready') return;
      this.rows = await mirror.counts();
      await onRead();
      this.settle('ready', null);
    } catch (error) {
      // What was read of a file that is another one now is gone, and what can be read of that has landed.
      this.rows = await mirror.counts().catch(() => this.rows);
      this.fail(error);
    } finally {
      this.isFirst = false;
    }
    onChange(true);
  }

  private landed(progress: SyncProgress, chunk: Chunk): void {
    this.landedRows += chunk.rows;
    if (chunk.mode === 'append') this.rows[chunk.table] = (this.rows[chunk.table] ?? 0) + chunk.rows;
    if (this.state === 'ready' && this.landedRows < TOLD_ROWS) return;
    this.state = 'reading';
    this.progress = progress;
    this.options.onChange(true);
  }

  private settle(state: SourceState, error: Failure | null): void {
    this.state = state;
    this.error = error;
    this.progress = null;
  }

  private fail(error: unknown): void {
    if (this.controller.signal.aborted) return;
    const failure =
      error instanceof ExpectedError ? toFailure(error) : unforeseen(error, this.options.source.location);
    this.options.log({
      event: 'source-failed',
      sourceId: this.options.sourceId,
      code: failure.code,
      cause: String(error),
    });
    // Not there, held by its writer at the moment, or something else at the same place: what was read stands.
    const isAway = ['SOURCE_NOT_FOUND', 'LOCKED', 'FORMAT_UNKNOWN', 'SCHEMA_UNSUPPORTED'].includes(
      failure.code,
    );
    this.settle(isAway ? 'away' : 'damaged', failure);
  }
}

/** A mistake of ours while reading must not end the engine and with it every other source. */
function unforeseen(error: unknown, path: string): Failure {
  return toFailure(
    new ExpectedError(
      'SOURCE_UNREADABLE',
      `${path} could not be read to its end: ${error instanceof Error ? error.message : String(error)}`,
      { path, action: 'Open it again; if that does not help, report it with the log.' },
      { cause: error },
    ),
  );
}
