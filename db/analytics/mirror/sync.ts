import { rm } from 'node:fs/promises';
import {
  type Chunk,
  type FileReport,
  type ReadBytes,
  type SourceWarning,
  type StageName,
  type TraceSource,
  temporaryFilesOf,
} from '../../sources';
import { ahead } from './ahead';
import { mayStay } from './kept-files';
import type { Mirror } from './mirror';
import type { Said } from './mirror-file';
import type { Landed } from './session-sums';
import { gathered, rowsOf, together } from './together';
import { WarningBook } from './warning-book';

export interface SyncProgress {
  readonly stage: StageName;
  readonly done: number;
  readonly total: number | null;
  readonly rowsPerSecond: number | null;
  /** Of its files; null where rows are counted instead, or nothing is known. */
  readonly bytes: ReadBytes | null;
}

export interface SyncOptions {
  readonly folder: string;
  readonly signal: AbortSignal;
  /** After each chunk: rows that a query returns have changed. */
  readonly onChunk: (progress: SyncProgress, chunk: Chunk) => void;
  /** What is added in small parts lands at once; everything else asks before it lands. */
  readonly beforeLanding?: () => Promise<void>;
  readonly warn: (warning: SourceWarning) => void;
  readonly report: (report: FileReport) => void;
  readonly renew: (at: string) => void;
}

/** Chunks under this many rows, or these tables, are summed at once; the rest at the end of their stage. */
const SUMMED_AT_ONCE = 5_000;
/** What was added since the last reading lands in one transaction, a session with its events, as long as it is no more than this. */
const LANDED_TOGETHER = 20_000;
/** So many rows of a small source land and are summed at once, in a third of the statements: it is read before its first sessions are missed. */
const GATHERED_ROWS = 50_000;
/** Rows after which an extended mirror is tidied up. */
const CHECKPOINT_ROWS = 100_000;

/** `unchanged`: nothing was read, or nothing was new; `extended`: rows were added to a complete mirror; `read`: from the beginning. */
export type SyncResult = 'unchanged' | 'extended' | 'read';

/** Brings the mirror up to the source: nothing, what was added, or everything. */
export async function sync(mirror: Mirror, source: TraceSource, options: SyncOptions): Promise<SyncResult> {
  const { signal } = options;
  const fingerprint = await source.fingerprint(signal);
  const { meta } = mirror;
  const isWhole = await mirror.hasItsFiles();
  if (isWhole && meta.isComplete && meta.fingerprint === fingerprint) return 'unchanged';
  const canGoOn = isWhole && meta.cursor !== null && (await source.canExtend(meta.cursor, signal));
  if (meta.cursor !== null && !canGoOn) await mirror.clear(signal);
  const wasComplete = mirror.meta.isComplete;
  const needsCore = !wasComplete && source.isReadByEngine !== true;
  const warnings = new WarningBook(canGoOn ? meta.warnings : []);
  const files = new Map(canGoOn ? meta.files.map((report) => [report.file, report]) : []);
  const isGathered = mirror.isSmall && mirror.meta.cursor === null;
  const said = (): Said => ({ warnings: warnings.all, files: [...files.values()] });
  const run = new Run(mirror, { ...options, said }, wasComplete);
  const request = {
    cursor: mirror.meta.cursor,
    folder: options.folder,
    signal,
    warn: (warning: SourceWarning) => {
      warnings.add(warning);
      options.warn(warning);
    },
    renew: (at: string) => {
      warnings.renew(at);
      options.renew(at);
    },
    report: (report: FileReport) => {
      files.set(report.file, report);
      options.report(report);
    },
  };
  const drop = (chunks: readonly Chunk[]) => removeFiles(chunks);
  // Its rows are added and seldom replaced, so that tidying up would find little but the ends of batches.
  await using _groups = source.hasWideRows === true ? await mirror.keepShortGroups() : undefined;
  try {
    // What is left when everything is read has all cores.
    await using _core = needsCore ? await mirror.leaveReaderCore() : undefined;
    const read = together(source.read(request), drop);
    const parts = isGathered ? gathered(read, { mostRows: GATHERED_ROWS, drop }) : read;
    for await (const chunks of ahead(parts, drop)) await run.take(chunks);
  } catch (error) {
    // What came before a damaged part, or before the writer locked its file, is good.
    await (signal.aborted ? run.drop() : run.landWaiting());
    throw error;
  }
  await run.end();
  if (wasComplete && run.rows === 0 && saysTheSame(said(), meta)) {
    mirror.stillIs(fingerprint);
    return 'unchanged';
  }
  await mirror.complete(fingerprint, said(), signal);
  // Where rows are still to be moved in, it is tidied up after that, and nobody waits for it.
  if (mirror.isInFiles) return 'read';
  if (!wasComplete || mirror.rowsSinceCheckpoint(run.rows) > CHECKPOINT_ROWS) await mirror.checkpoint();
  return canGoOn && wasComplete ? 'extended' : 'read';
}

function saysTheSame(a: Said, b: Said): boolean {
  return JSON.stringify([a.warnings, a.files]) === JSON.stringify([b.warnings, b.files]);
}

/** What has landed to its end when this stage begins; a source that is read part by part begins its stages again and again. */
export function landedBy(stage: StageName | 'end', before: Landed): Landed {
  const isAfter = (...stages: (StageName | 'end')[]) => stages.includes(stage);
  return {
    steps: before.steps || isAfter('events', 'messages', 'payloads', 'end'),
    events: before.events || isAfter('messages', 'payloads', 'end'),
    messages: before.messages || isAfter('payloads', 'end'),
  };
}

/** A chunk's file is gone once the chunk was taken, or nobody wants it any more. */
async function removeFiles(chunks: readonly Chunk[]): Promise<void> {
  for (const file of chunks.flatMap(temporaryFilesOf)) await rm(file, { force: true });
}

class Run {
  private stage: StageName | 'end' = 'recognise';
  private readonly done = new Map<string, number>();
  private landed: Landed;
  /** Rows have landed that are in no sum. */
  private isDue = false;
  /** Every session was summed since the stages that have landed are what they are. */
  private isSummed: boolean;
  private readonly started = performance.now();
  /** Small chunks that wait to land together. */
  private waiting: Chunk[] = [];
  rows = 0;

  constructor(
    private readonly mirror: Mirror,
    private readonly options: SyncOptions & { readonly said: () => Said },
    /** Every stage has landed before: sums are complete at any moment. */
    private readonly isExtending: boolean,
  ) {
    this.isSummed = isExtending || mirror.meta.cursor === null;
    this.landed = { steps: isExtending, events: isExtending, messages: isExtending };
  }

  async take(chunks: readonly Chunk[]): Promise<void> {
    if (this.isExtending && rowsOf(chunks) <= SUMMED_AT_ONCE) {
      this.waiting.push(...chunks);
      if (rowsOf(this.waiting) > LANDED_TOGETHER) await this.landWaiting();
      return;
    }
    await this.landWaiting();
    await this.options.beforeLanding?.();
    const stages = [...new Set(chunks.map(({ stage }) => stage))];
    const isWhole = mayStay(chunks);
    const [first] = stages;
    // With whole tables every session is summed, but not by what landed before.
    if (first !== undefined && first !== this.stage && (!isWhole || this.isDue)) await this.enter(first);
    // Those after it begin with rows that land with theirs.
    for (const stage of isWhole ? stages : stages.slice(1)) this.pass(stage);
    const isNow = isWhole || chunks.length > 1 || chunks.every((chunk) => this.isSummedNow(chunk));
    await this.land(chunks, isNow);
    if (isWhole) this.isDue = false;
    else this.isDue ||= !isNow;
    this.isSummed ||= isWhole;
  }

  async end(): Promise<void> {
    await this.landWaiting();
    await this.enter('end');
    if (await this.mirror.hasOrphans()) await this.mirror.adopt(this.landed, this.options.signal);
    // Of a source whose stages land together, and of what is added to a complete mirror, every batch was summed.
    if (!this.isSummed) await this.sum();
  }

  async landWaiting(): Promise<void> {
    const chunks = this.waiting.splice(0);
    if (chunks.length > 0) await this.land(chunks, true);
  }

  /** Whoever ends early leaves no file behind. */
  async drop(): Promise<void> {
    await removeFiles(this.waiting.splice(0));
  }

  private async land(chunks: readonly Chunk[], isSummed: boolean): Promise<void> {
    // Whoever goes on from this cursor does not read what this was said of.
    if (chunks.some(({ cursor }) => cursor !== null)) this.mirror.tell(this.options.said());
    try {
      await this.mirror.land(chunks, isSummed ? this.landed : undefined, this.options.signal);
    } finally {
      await removeFiles(chunks);
    }
    for (const chunk of chunks) this.tell(chunk);
  }

  private tell(chunk: Chunk): void {
    this.rows += chunk.rows;
    const done = (this.done.get(chunk.table) ?? 0) + chunk.rows;
    this.done.set(chunk.table, done);
    const seconds = (performance.now() - this.started) / 1_000;
    const rowsPerSecond = this.rows / seconds;
    const { stage, total, bytes = null } = chunk;
    this.options.onChunk({ stage, done, total, rowsPerSecond, bytes }, chunk);
  }

  private async enter(stage: StageName | 'end'): Promise<void> {
    const isKnown = this.pass(stage);
    if (this.isDue || !isKnown) await this.sum();
  }

  /** False: something has landed to its end by this. */
  private pass(stage: StageName | 'end'): boolean {
    this.stage = stage;
    const before = this.landed;
    this.landed = landedBy(stage, before);
    const isKnown =
      before.steps === this.landed.steps &&
      before.events === this.landed.events &&
      before.messages === this.landed.messages;
    this.isSummed &&= isKnown || this.rows === 0;
    return isKnown;
  }

  /** The first sessions have nothing that could be summed yet, and somebody waits for them. */
  private isSummedNow({ table, rows }: Chunk): boolean {
    if (table === 'sessions') return this.landed.steps;
    return rows <= SUMMED_AT_ONCE || table === 'events';
  }

  private async sum(): Promise<void> {
    this.isDue = false;
    this.isSummed = true;
    await this.mirror.sumAll(this.landed, this.options.signal);
  }
}
