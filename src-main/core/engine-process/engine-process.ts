import { createRouterClient } from '@orpc/server';
import { type LiveStore, openWorkspace, type Workspace } from '../../../db/analytics/workspace';
import { endSpareThread, prepareReaderThread } from '../../../db/sources';
import { createDataRouter, type LogFunction, showArchive } from '../engine';
import { type EngineCommand, type EngineReport, engineCommand } from '../engine-protocol';
import { Jobs } from '../jobs';
import { openMappingMemory } from '../mappings';
import type { StoreReport } from '../store-protocol';
import { type StoreAnswer, StoreRequestTable } from '../store-requests';
import { RetentionSchedule } from './retention-schedule';
import { Transports } from './transports';

export interface EngineProcessOptions {
  readonly report: (report: EngineReport) => void;
  readonly log: LogFunction;
}

interface Running {
  readonly workspace: Workspace;
  readonly jobs: Jobs;
  readonly transports: Transports;
  readonly retention: RetentionSchedule;
}

/** The engine process: DuckDB and the open sources, answering windows over the wires that main hands it. */
export class EngineProcess implements AsyncDisposable {
  private readonly opening = new AbortController();
  private running: Running | undefined;
  private liveStore: LiveStore | undefined;
  private readonly storeRequests: StoreRequestTable;
  /** Ports and sockets that came before `init` was done. */
  private waiting: (() => void)[] = [];

  constructor(private readonly options: EngineProcessOptions) {
    this.storeRequests = new StoreRequestTable((command) => {
      options.report({ type: 'askStore', command });
      return true;
    });
  }

  /** A message of main; `handle` is the port or socket that came with it. */
  async command(message: unknown, handle: unknown): Promise<void> {
    const command = engineCommand.parse(message);
    switch (command.type) {
      case 'init':
        return this.start(command);
      case 'port':
        return this.whenRunning((running) => running.transports.takePort(handle));
      case 'socket':
        return this.whenRunning((running) => running.transports.takeSocket(command, handle));
      case 'open':
        return this.whenRunning((running) => void this.open(running, command.specs));
      case 'committed':
        return this.running?.workspace.committed();
      case 'store':
        this.liveStore = command.store;
        this.running?.workspace.setLiveStore(command.store);
        this.running?.retention.storeChanged(command.store);
        return this.running?.workspace.committed();
      case 'storeSaid':
        if (isAnswer(command.report)) this.storeRequests.take(command.report);
        return;
      case 'storeLost':
        return this.storeRequests.failAll();
      case 'shutdown':
        return this[Symbol.asyncDispose]();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.opening.abort();
    const { running } = this;
    this.running = undefined;
    if (running === undefined) return;
    running.retention[Symbol.dispose]();
    running.transports[Symbol.dispose]();
    await running.jobs[Symbol.asyncDispose]();
    await running.workspace[Symbol.asyncDispose]();
    await endSpareThread();
  }

  private async start(command: Extract<EngineCommand, { type: 'init' }>): Promise<void> {
    if (this.running !== undefined) throw new Error('init came twice');
    const { log } = this.options;
    prepareReaderThread();
    const workspace = await openWorkspace({
      cacheFolder: command.cacheFolder,
      log,
      movesIn: true,
      onSpecs: (specs) => this.options.report({ type: 'workspace', specs }),
      ...(command.mappingsFile === undefined
        ? {}
        : { mappings: openMappingMemory(command.mappingsFile, log) }),
      ...(command.store === undefined ? {} : { liveStore: command.store }),
    });
    workspace.onChange(() => {
      if (isIdle(workspace)) prepareReaderThread();
    });
    const jobs = new Jobs(log);
    this.liveStore ??= command.store;
    const router = createDataRouter(workspace, jobs, {
      log,
      liveStore: () => this.liveStore,
      restoreStore: (backup, { signal, report }) =>
        this.storeRequests.request('care.restore', { backup }, { signal, onProgress: report }),
    });
    const transports = new Transports(router, log);
    const client = createRouterClient(router);
    const retention = new RetentionSchedule({
      start: () => void client.jobs.start({ kind: 'retention', dryRun: false }),
      log,
    });
    const running = { workspace, jobs, transports, retention };
    this.running = running;
    retention.storeChanged(this.liveStore);
    this.options.report({ type: 'ready' });
    // Before any window asks: what was open is never told as absent, only as not open yet.
    const opened = this.open(running, command.specs);
    for (const act of this.waiting.splice(0)) act();
    await opened;
  }

  /** Failures of single sources are part of the workspace's state; nothing else is expected to fail. */
  private async open(running: Running, specs: Parameters<Workspace['open']>[0]): Promise<void> {
    const results = await running.workspace.open(specs, this.opening.signal);
    for (const { location, failure } of results) {
      if (failure !== null) this.options.log({ event: 'open-failed', location, code: failure.code });
    }
    const directory = this.liveStore?.directory ?? null;
    // What a retention of the command line has moved is shown with its store.
    if (directory !== null && specs.some(({ kind }) => kind === 'live'))
      await showArchive(running.workspace, directory, this.opening.signal);
  }

  private whenRunning(act: (running: Running) => void): void {
    const { running } = this;
    if (running !== undefined) act(running);
    else this.waiting.push(() => this.whenRunning(act));
  }
}

function isAnswer(report: StoreReport): report is StoreAnswer {
  return report.type === 'progress' || report.type === 'answered' || report.type === 'refused';
}

/** Nothing is being read or opened: what is opened next should find a thread ready. */
function isIdle(workspace: Workspace): boolean {
  const { sources, opening } = workspace.state();
  return opening.length === 0 && sources.every(({ state }) => state !== 'reading');
}
