import { existsSync } from 'node:fs';
import { EventPublisher } from '@orpc/server';
import { ExpectedError } from '../../../db/model';
import { removeDemo } from '../../../db/tracer/demo';
import type { ShellEvent, SourceSpec, StoreStatus } from '../../contract';
import type { ForkChild } from './child-handle';
import { type DataFolder, makeDataFolder } from './data-folder';
import { startDemo } from './demo';
import { type EngineSupervisor, superviseEngine } from './engine-supervisor';
import { type Log, openLog } from './log';
import { openPreferences, type Preferences } from './preferences';
import { openRecentSources, type RecentSources } from './recent-sources';
import { type StoreSupervisor, superviseStore } from './store-supervisor';
import { openWorkspaceMemory } from './workspace-memory';

/** What a shell must give: where data lies and how a child process is started there. */
export interface ApplicationHost<Transfer> {
  readonly dataRoot: string;
  readonly forkChild: ForkChild<Transfer>;
  /** Where a packaged application keeps its sqld binary. */
  readonly sqldPath?: string;
  /** Fill the live store with demo traces when this start makes it. */
  readonly demo: boolean;
  /** A port asked for the live store. */
  readonly storePort?: number;
}

/** The application without a screen: its children, and what it remembers. */
export interface Application<Transfer> extends AsyncDisposable {
  readonly folder: DataFolder;
  readonly log: Log;
  readonly preferences: Preferences;
  readonly recent: RecentSources;
  readonly engine: EngineSupervisor<Transfer>;
  readonly store: StoreSupervisor;
  /** Tells every window; an `open` without a window waits for the first one. */
  publish(event: ShellEvent): void;
  /** Takes the demo traces out of the live store. Gives how many sessions there were. */
  removeDemo(signal: AbortSignal): Promise<number>;
  open(specs: readonly SourceSpec[]): void;
  /** For one window: what to open, if anything waits for it, and the engine's state at once; then whatever happens. */
  watchEvents(signal: AbortSignal | undefined): AsyncGenerator<ShellEvent>;
  watchStore(signal: AbortSignal | undefined): AsyncGenerator<StoreStatus>;
  /** For the shell itself (native menu, title). Returns how to stop. */
  onEvent(listener: (event: ShellEvent) => void): () => void;
}

export function createApplication<Transfer>(host: ApplicationHost<Transfer>): Application<Transfer> {
  const folder = makeDataFolder(host.dataRoot);
  const log = openLog(`${folder.logs}/main.log`);
  const preferences = openPreferences(folder.settings, log);
  const memory = openWorkspaceMemory(folder.workspace, log);
  const recent = openRecentSources(folder.recent, log);
  const events = new EventPublisher<{ shell: ShellEvent }>({ maxBufferedEvents: Number.POSITIVE_INFINITY });
  const statuses = new EventPublisher<{ status: StoreStatus }>({ maxBufferedEvents: 1 });
  const waiting: SourceSpec[] = [];
  let windows = 0;
  let demo: AsyncDisposable | undefined;
  const isStoreNew = !existsSync(folder.store);

  const publish = (event: ShellEvent): void => {
    if (event.kind === 'open' && windows === 0) waiting.push(...event.specs);
    else events.publish('shell', event);
  };
  const engine = superviseEngine<Transfer>({
    fork: () => host.forkChild('engine'),
    cacheFolder: folder.cache,
    mappingsFile: folder.mappings,
    storeDirectory: folder.store,
    memory,
    log,
    onDropped: recent.remember,
    onAskStore: (command) => {
      if (!store.relay(command)) engine.storeLost();
    },
    onState: (state, detail) => publish({ kind: 'engine', state, detail }),
  });
  const store = superviseStore({
    fork: () => host.forkChild('store'),
    directory: folder.store,
    port: host.storePort,
    sqldPath: host.sqldPath,
    log,
    onStatus: (status) => {
      // Also a store that somebody else runs, or that does not run at all, can be read where it lies.
      if (status.state !== 'starting' && status.state !== 'restarting')
        engine.setStore(
          { directory: status.directory ?? folder.store, url: status.url, token: status.token },
          status.startedAt,
        );
      // After the engine: a window that hears of the store finds the engine opening it.
      statuses.publish('status', status);
      const { state, engine: kind, url, token } = status;
      if (
        host.demo &&
        isStoreNew &&
        demo === undefined &&
        state === 'running' &&
        kind !== 'remote' &&
        url !== null
      ) {
        demo = startDemo({ url, token, log });
        publish({ kind: 'settings', settings: preferences.change({ hasDemo: true }) });
      }
    },
    onCommitted: (report) => engine.committed(report),
    onAnswer: (report) => engine.storeSaid(report),
    onLost: () => engine.storeLost(),
  });
  log('application.started', { folder: folder.root });
  store.start();
  engine.start();

  return {
    folder,
    log,
    preferences,
    recent,
    engine,
    store,
    publish,
    removeDemo: async (signal) => {
      await demo?.[Symbol.asyncDispose]();
      const { url, token } = store.status;
      if (url === null)
        throw new ExpectedError('STORE_UNAVAILABLE', 'The live store is not running.', {
          action: 'Start it on the Store screen, and remove the demo then.',
        });
      const removed = await removeDemo({ url, token }, signal);
      preferences.change({ hasDemo: false });
      log('demo.removed', { sessions: removed });
      return removed;
    },
    open: (specs) => {
      if (specs.length > 0) publish({ kind: 'open', specs: [...specs] });
    },
    async *watchEvents(signal) {
      const following = events.subscribe('shell', { signal });
      windows += 1;
      try {
        // First what to open: a window that knows the engine's state then knows all that it starts with.
        if (waiting.length > 0) yield { kind: 'open', specs: waiting.splice(0) };
        yield { kind: 'engine', state: engine.state, detail: engine.detail };
        yield* following;
      } finally {
        windows -= 1;
        await following.return(undefined);
      }
    },
    async *watchStore(signal) {
      const following = statuses.subscribe('status', { signal });
      try {
        yield store.status;
        yield* following;
      } finally {
        await following.return(undefined);
      }
    },
    onEvent: (listener) => events.subscribe('shell', listener),
    [Symbol.asyncDispose]: async () => {
      await demo?.[Symbol.asyncDispose]();
      await Promise.all([engine.stop(), store.stop()]);
      log('application.ended');
    },
  };
}
