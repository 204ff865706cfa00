import { ExpectedError, toFailure } from '../../../db/model';
import { Throttle } from '../../../db/runtime';
import { attachOrRunStore, idleState, type RunningStore, type StoreState } from '../../../db/store';
import { findUncleanEnd } from '../../../db/store/care';
import {
  type StoreCommand,
  type StoreProgress,
  type StoreReport,
  storeCommand,
  storeReport,
} from '../store-protocol';
import { answerRequest } from './answer-request';
import type { StoreHost } from './answers';

export interface StoreProcessOptions {
  readonly report: (report: StoreReport) => void;
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

const STATUS_INTERVAL_MS = 250;
const COMMITTED_INTERVAL_MS = 50;
/** Figures of the last ten seconds fall back to zero without anything happening: they are told again until they have. */
const FIGURES_INTERVAL_MS = 1_000;

type Start = Extract<StoreCommand, { type: 'start' }>;

/** The store process without its process: takes commands one after the other, tells what changes, and is silent when idle. */
export class StoreProcess implements AsyncDisposable, StoreHost {
  store: RunningStore | null = null;
  /** What `start` said last. */
  private wanted: Start | null = null;
  private readonly requests = new Map<string, AbortController>();
  private resting: StoreState = idleState({});
  private told = '';
  private rows = 0;
  private starting: AbortController | null = null;
  private queue: Promise<void> = Promise.resolve();
  private figures: NodeJS.Timeout | undefined;
  private readonly status = new Throttle(STATUS_INTERVAL_MS, () => this.tellStatus());
  private readonly committed = new Throttle(COMMITTED_INTERVAL_MS, () => this.tellCommitted());

  constructor(private readonly options: StoreProcessOptions) {}

  /** Resolves when the command is carried out; `shutdown` also ends what is being started. */
  command(message: unknown): Promise<void> {
    const command = storeCommand.parse(message);
    switch (command.type) {
      case 'request':
        return this.answer(command);
      case 'cancel':
        this.requests.get(command.id)?.abort();
        return this.queue;
      case 'start':
        return this.inTurn(() => this.start(command));
      case 'stop':
      case 'shutdown':
        this.starting?.abort();
        if (command.type === 'shutdown') for (const each of this.requests.values()) each.abort();
        return this.inTurn(() => this.stop());
    }
  }

  get directory(): string | null {
    return this.wanted?.directory ?? null;
  }

  async whileStopped<T>(act: (directory: string) => Promise<T>): Promise<T> {
    refuseAttached(this.store);
    let outcome: Promise<T> | undefined;
    await this.inTurn(async () => {
      const { wanted } = this;
      if (wanted === null) throw new Error('the store was never started');
      const wasRunning = this.store !== null;
      await this.stop();
      outcome = act(wanted.directory);
      await outcome.catch(() => {}); // The caller's; what waits behind goes on.
      if (wasRunning) await this.start(wanted);
    });
    if (outcome === undefined) throw new Error('the turn was not taken');
    return outcome;
  }

  /** Not in turn: a long request keeps no stop waiting. */
  private async answer({ id, name, input }: Extract<StoreCommand, { type: 'request' }>): Promise<void> {
    const controller = new AbortController();
    this.requests.set(id, controller);
    try {
      const report = (progress: StoreProgress) => this.options.report({ type: 'progress', id, progress });
      this.options.report(
        await answerRequest({ id, name, input, host: this, report, signal: controller.signal }),
      );
    } finally {
      this.requests.delete(id);
    }
  }

  private inTurn(act: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(act);
    return this.queue;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.command({ type: 'shutdown' });
    clearTimeout(this.figures);
    this.status[Symbol.dispose]();
    this.committed[Symbol.dispose]();
  }

  private async start(command: Start): Promise<void> {
    this.wanted = command;
    if (this.store !== null) {
      if (this.store.status().state !== 'failed') return;
      await this.stop(); // It gave up: this is the user's next try.
    }
    const { care } = idleState({});
    const uncleanEnd = findUncleanEnd(command.directory);
    this.rest(idleState({ state: 'starting', directory: command.directory, care: { ...care, uncleanEnd } }));
    this.starting = new AbortController();
    const { signal } = this.starting;
    try {
      this.store = await attachOrRunStore(
        {
          dir: command.directory,
          port: command.port,
          preferredPort: command.preferredPort,
          sqldPath: command.sqldPath,
          ...(this.options.environment ? { environment: this.options.environment } : {}),
          onChange: () => this.status.call(),
          onLog: () => this.status.call(),
          onCommit: (rows) => this.onCommit(rows),
          // The window follows rows from elsewhere as its own.
          onArrival: () => this.onCommit(0),
        },
        signal,
      );
      this.status.call();
    } catch (error) {
      if (signal.aborted) this.rest(idleState({ directory: command.directory }));
      else if (error instanceof ExpectedError)
        this.rest(idleState({ state: 'failed', directory: command.directory, failure: toFailure(error) }));
      else throw error;
    } finally {
      this.starting = null;
    }
  }

  private async stop(): Promise<void> {
    const { store } = this;
    if (store === null) return;
    await store[Symbol.asyncDispose]();
    const { directory, log, commits, groupedCommits, rows, errors, restarts } = store.status();
    this.store = null;
    this.rest(idleState({ directory, log, commits, groupedCommits, rows, errors, restarts }));
  }

  private rest(state: StoreState): void {
    this.resting = state;
    this.status.call();
  }

  private onCommit(rows: number): void {
    this.rows += rows;
    this.committed.call();
    this.status.call();
  }

  private tellCommitted(): void {
    const rows = this.rows;
    this.rows = 0;
    const state = this.store?.status();
    if (!state) return;
    const { directory, commits } = state;
    this.options.report(
      storeReport.parse({ type: 'committed', directory, at: new Date().toISOString(), commits, rows }),
    );
  }

  private tellStatus(): void {
    const status = this.store?.status() ?? this.resting;
    const text = JSON.stringify(status);
    if (text !== this.told) this.options.report(storeReport.parse({ type: 'status', status }));
    this.told = text;
    clearTimeout(this.figures);
    if (status.writers > 0 || status.commitsPerSecond > 0 || status.waitP50Ms !== null)
      this.figures = setTimeout(() => this.status.call(), FIGURES_INTERVAL_MS);
  }
}

/** What needs a store that stands still cannot be done to one that another process runs. */
function refuseAttached(store: RunningStore | null): void {
  const { attachedTo, directory } = store?.status() ?? {};
  if (!attachedTo) return;
  throw new ExpectedError(
    'LOCKED',
    `The store ${directory ?? ''} is run by ${attachedTo.program} (process ${attachedTo.pid}).`,
    { action: 'Do this where the store runs, or end that process.', ...attachedTo },
  );
}
