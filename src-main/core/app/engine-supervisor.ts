import type { SourceSpec } from '../../contract';
import { type EngineCommand, engineReport, type LiveStore } from '../engine-protocol';
import type { StoreCommand, StoreReport } from '../store-protocol';
import type { StoreAnswer } from '../store-requests';
import type { ChildExit, ChildHandle } from './child-handle';
import type { Log } from './log';
import { describeReopening, isLive, planReopening, type Reopening } from './reopening';
import { type ChildState, crashesBeforeGivingUp, longGoodRunMs, superviseChild } from './supervised-child';
import type { WorkspaceMemory } from './workspace-memory';

export type EngineState = 'starting' | 'ready' | 'restarting' | 'failed';

export interface EngineSupervisorOptions<Transfer> {
  readonly fork: () => ChildHandle<Transfer>;
  readonly cacheFolder: string;
  readonly mappingsFile?: string;
  readonly storeDirectory: string;
  readonly memory: WorkspaceMemory;
  readonly log: Log;
  /** The engine starts without these, because one of them may be what ends it. */
  readonly onDropped: (specs: readonly SourceSpec[]) => void;
  /** The engine asks the store process for something. */
  readonly onAskStore: (command: StoreCommand) => void;
  readonly onState: (state: EngineState, detail: string) => void;
  /** How long an engine that ended with only the live store open must run without it. */
  readonly settleMs?: number;
}

/** Keeps the engine process alive and gives it back what was open. */
export interface EngineSupervisor<Transfer> {
  readonly state: EngineState;
  readonly detail: string;
  readonly pid: number | undefined;
  /** Also after it was given up, with a clean record. */
  start(): void;
  stop(): Promise<void>;
  /** Hands a window's data port or socket over. False when there is no engine to take it. */
  connect(message: Extract<EngineCommand, { type: 'port' | 'socket' }>, transfer: Transfer): boolean;
  /** Where the live store is and that it can be opened; until then the engine is not asked to. */
  /** `startedAt`: a store that was started anew may hold other rows at the same place. */
  setStore(store: LiveStore, startedAt: string | null): void;
  committed(report: Extract<StoreReport, { type: 'committed' }>): void;
  storeSaid(report: StoreAnswer): void;
  storeLost(): void;
}

export function superviseEngine<Transfer>(
  options: EngineSupervisorOptions<Transfer>,
): EngineSupervisor<Transfer> {
  const { memory, log, settleMs = longGoodRunMs } = options;
  let storeStartedAt: string | null = null;
  let liveStore: LiveStore = { directory: options.storeDirectory, url: null, token: null };
  let isStoreThere = false;
  /** The live store was open and is not yet again: asked for whenever it changes, and not forgotten meanwhile. */
  let owesLive = false;
  let detail = '';
  let reopening: Reopening = { specs: [], leftClosed: [], liveWaits: false };
  let settling: NodeJS.Timeout | undefined;

  const tell = (command: EngineCommand, transfer?: Transfer): boolean => child.send(command, transfer);

  const rememberOpen = (specs: readonly SourceSpec[]): void => {
    if (specs.some(isLive)) owesLive = false;
    memory.remember(owesLive ? [{ kind: 'live' }, ...specs] : specs);
  };

  const openOwedLive = (): void => {
    if (owesLive && isStoreThere && !reopening.liveWaits) tell({ type: 'open', specs: [{ kind: 'live' }] });
  };

  const letLiveIn = (): void => {
    reopening = { ...reopening, liveWaits: false };
    openOwedLive();
    detail = explain('ready', undefined, reopening);
    options.onState('ready', detail);
  };

  const child = superviseChild<Transfer>({
    name: 'engine',
    fork: options.fork,
    log,
    onStart: (handle, crashes) => {
      reopening = planReopening(memory.specs, crashes);
      const { specs, leftClosed, liveWaits } = reopening;
      if (leftClosed.length > 0) {
        log('engine.leftClosed', { crashes, sources: leftClosed.length });
        options.onDropped(leftClosed);
        memory.remember(specs);
      }
      owesLive = specs.some(isLive);
      const mayOpenLive = isStoreThere && !liveWaits;
      const init: EngineCommand = {
        type: 'init',
        specs: specs.filter((spec) => mayOpenLive || !isLive(spec)),
        cacheFolder: options.cacheFolder,
        ...(options.mappingsFile === undefined ? {} : { mappingsFile: options.mappingsFile }),
        store: liveStore,
      };
      handle.send(init);
    },
    onMessage: (message) => {
      const report = engineReport.safeParse(message);
      if (!report.success) return log('engine.unknownReport', { reason: report.error.issues[0]?.message });
      if (report.data.type === 'ready') child.markReady();
      else if (report.data.type === 'askStore') options.onAskStore(report.data.command);
      else rememberOpen(report.data.specs);
    },
    onState: (state, exit) => {
      clearTimeout(settling);
      if (state === 'stopped') return;
      if (state === 'ready' && reopening.liveWaits) settling = setTimeout(letLiveIn, settleMs);
      detail = explain(state, exit, reopening);
      options.onState(state, detail);
    },
  });

  return {
    get state() {
      return child.state === 'stopped' ? 'starting' : child.state;
    },
    get detail() {
      return detail;
    },
    get pid() {
      return child.pid;
    },
    start: child.start,
    stop: () => child.stop({ type: 'shutdown' }),
    connect: (message, transfer) => tell(message, transfer),
    setStore: (next, startedAt) => {
      const isNews =
        !isStoreThere || startedAt !== storeStartedAt || JSON.stringify(next) !== JSON.stringify(liveStore);
      storeStartedAt = startedAt;
      if (isNews) tell({ type: 'store', store: next });
      liveStore = next;
      isStoreThere = true;
      if (isNews) openOwedLive();
    },
    committed: (report) => {
      tell(report);
    },
    storeSaid: (report) => {
      tell({ type: 'storeSaid', report });
    },
    storeLost: () => {
      tell({ type: 'storeLost' });
    },
  };
}

function explain(state: ChildState, exit: ChildExit | undefined, reopening: Reopening): string {
  const end = exit === undefined ? '' : exit.signal !== null ? `signal ${exit.signal}` : `code ${exit.code}`;
  if (state === 'restarting') return `The engine process ended (${end}) and is starting again.`;
  if (state === 'failed')
    return `The engine process ended ${crashesBeforeGivingUp} times within a minute (${end}). It can be started again from the status bar; the log is in the data folder.`;
  return state === 'ready' ? describeReopening(reopening) : '';
}
