import { implement } from '@orpc/server';
import { joinSignals } from '../../../db/runtime';
import { readPolicy, readSizes, writePolicy } from '../../../db/store/care';
import {
  type Capabilities,
  type CommandId,
  type PickOpen,
  type PickSave,
  type ShellEvent,
  shellContract,
} from '../../contract';
import { toContractError } from '../rpc-errors';
import type { Application } from './application';
import { findDropped } from './find-dropped';
import { listFolder } from './list-folder';

/** Somebody waits with a file in hand; after that the dialog is quicker. */
const longestSearchMs = 8_000;

/** What differs between shells. Whatever a capability denies is left out, and never called by the page. */
export interface ShellAbilities {
  readonly capabilities: () => Capabilities;
  /** The folder that `listFolder` stays under. */
  readonly browseRoot: string;
  readonly openExternal: (url: string) => Promise<void>;
  readonly quit: () => void;
  readonly pickOpen?: (pick: PickOpen) => Promise<string[] | null>;
  readonly pickSave?: (pick: PickSave) => Promise<string | null>;
  readonly revealInFolder?: (path: string) => Promise<void>;
  readonly copyText?: (text: string) => Promise<void>;
  readonly setCommandState?: (state: CommandState) => void;
  readonly recentChanged?: () => void;
  readonly settingsChanged?: (event: Extract<ShellEvent, { kind: 'settings' }>) => void;
}

export interface CommandState {
  readonly enabled: Readonly<Partial<Record<CommandId, boolean>>>;
  readonly checked: Readonly<Partial<Record<CommandId, boolean>>>;
}

/** Answers the shell contract for one shell. */
export function createShellRouter<Transfer>(application: Application<Transfer>, abilities: ShellAbilities) {
  const { preferences, recent, engine, store, log } = application;
  const os = implement(shellContract).use(async ({ next, path }) => {
    try {
      return await next();
    } catch (error) {
      throw toContractError(error, path.join('.'), (bug) => log('bug', bug));
    }
  });
  const settle = (): void => {
    const event = { kind: 'settings', settings: preferences.current } as const;
    application.publish(event);
    abilities.settingsChanged?.(event);
  };
  return os.router({
    capabilities: os.capabilities.handler(abilities.capabilities),
    events: os.events.handler(({ signal }) => application.watchEvents(signal)),
    pickOpen: os.pickOpen.handler(({ input }) => able(abilities.pickOpen, 'pickOpen')(input)),
    pickSave: os.pickSave.handler(({ input }) => able(abilities.pickSave, 'pickSave')(input)),
    listFolder: os.listFolder.handler(({ input }) => listFolder(abilities.browseRoot, input.path)),
    findDropped: os.findDropped.handler(async ({ input, signal }) => {
      using until = joinSignals([
        AbortSignal.timeout(longestSearchMs),
        ...(signal === undefined ? [] : [signal]),
      ]);
      const known = recent.list().flatMap(({ spec }) => (spec.kind === 'path' ? [spec.path] : []));
      return await findDropped(input.items, { root: abilities.browseRoot, known, signal: until.signal });
    }),
    openExternal: os.openExternal.handler(({ input }) => abilities.openExternal(httpsOnly(input.url))),
    revealInFolder: os.revealInFolder.handler(({ input }) =>
      able(abilities.revealInFolder, 'revealInFolder')(input.path),
    ),
    copyText: os.copyText.handler(({ input }) => able(abilities.copyText, 'copyText')(input.text)),
    settings: os.settings.handler(() => preferences.current),
    changeSettings: os.changeSettings.handler(({ input }) => {
      const changed = preferences.change(input);
      settle();
      return changed;
    }),
    removeDemo: os.removeDemo.handler(async ({ signal }) => {
      const removed = await application.removeDemo(signal ?? new AbortController().signal);
      settle();
      return removed;
    }),
    recent: os.recent.handler(() => recent.list()),
    rememberRecent: os.rememberRecent.handler(({ input }) => {
      recent.remember(input.specs);
      abilities.recentChanged?.();
    }),
    clearRecent: os.clearRecent.handler(() => {
      recent.clear();
      abilities.recentChanged?.();
    }),
    setCommandState: os.setCommandState.handler(({ input }) => abilities.setCommandState?.(input)),
    watchStore: os.watchStore.handler(({ signal }) => application.watchStore(signal)),
    controlStore: os.controlStore.handler(({ input }) => store.control(input.action)),
    readReplication: os.readReplication.handler(({ signal }) =>
      store.request('replication.read', {}, { signal }),
    ),
    configureReplication: os.configureReplication.handler(({ input, signal }) =>
      store.request('replication.configure', input, { signal }),
    ),
    syncReplication: os.syncReplication.handler(async ({ signal }) => {
      await store.request('replication.sync', {}, { signal });
    }),
    storeSizes: os.storeSizes.handler(() => readSizes(application.folder.store)),
    storePolicy: os.storePolicy.handler(() => readPolicy(application.folder.store)),
    changeStorePolicy: os.changeStorePolicy.handler(({ input }) => {
      writePolicy(application.folder.store, input);
      return readPolicy(application.folder.store);
    }),
    checkpointStore: os.checkpointStore.handler(({ signal }) =>
      store.request('care.checkpoint', {}, { signal }),
    ),
    controlEngine: os.controlEngine.handler(() => engine.start()),
    quit: os.quit.handler(() => abilities.quit()),
  });
}

export type ShellRouter = ReturnType<typeof createShellRouter>;

function able<T>(ability: T | undefined, name: string): T {
  if (ability === undefined) throw new Error(`${name} was called although the capabilities deny it`);
  return ability;
}

/** Only https links leave the application. */
function httpsOnly(text: string): string {
  const url = new URL(text);
  if (url.protocol !== 'https:') throw new Error(`refused to open ${url.protocol} outside`);
  return url.href;
}
