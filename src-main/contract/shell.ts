import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { replicationState } from '../../db/model';
import { commandId } from './commands';
import { procedure } from './common';
import { failure } from './errors';
import { sourceSpec } from './sources';
import { careState, storeCareContract } from './store-care';
import { replicationProcedures } from './store-replication';

/** What the shell around the window can do. The renderer asks for these, never for the shell's name. */
export const capabilities = z.object({
  nativeDialogs: z.boolean(),
  nativeMenu: z.boolean(),
  /** A dropped file's real path can be had from its File object. */
  dropPaths: z.boolean(),
  clipboard: z.boolean().describe('the shell writes the clipboard; else the page does'),
  revealInFolder: z.boolean(),
  platform: z.enum(['linux', 'darwin', 'win32']),
  version: z.string(),
});
export type Capabilities = z.infer<typeof capabilities>;

export const theme = z.enum(['system', 'light', 'dark']);

const density = z.enum(['comfortable', 'compact']);
const savedViews = z.array(z.object({ id: z.string(), name: z.string(), search: z.string() }));
const widths = {
  sessionColumns: z.array(z.string()).optional(),
  sidebarWidth: z.number().optional(),
  inspectorWidth: z.number().optional(),
};

/** Preferences, kept by main. Everything has a default, unknown keys are dropped. */
export const settings = z.object({
  theme: theme.default('system'),
  density: density.default('comfortable'),
  ...widths,
  savedViews: savedViews.default([]),
  hasDemo: z.boolean().default(false).describe('the live store holds demo traces, and the list says so'),
});
export type Settings = z.infer<typeof settings>;

/** What to change. Without defaults: `settings.partial()` would put them over what is kept. */
export const settingsPatch = z
  .object({ theme, density, ...widths, savedViews, hasDemo: z.boolean() })
  .partial();
export type SettingsPatch = z.infer<typeof settingsPatch>;

export const recentItem = z.object({
  spec: sourceSpec,
  label: z.string(),
  openedAt: z.string(),
  exists: z.boolean(),
});
export type RecentItem = z.infer<typeof recentItem>;

export const storeStatus = z.object({
  state: z.enum(['starting', 'running', 'stopped', 'restarting', 'failed']),
  /** sqld, or an embedded libsql file where no sqld binary exists. */
  engine: z.enum(['sqld', 'embedded', 'embedded-replica', 'remote']),
  version: z.string().nullable(),
  url: z.string().nullable(),
  port: z.number().int().nullable(),
  /** Why another port than the default is used, with its holder. */
  portNote: z.string().nullable(),
  directory: z.string().nullable(),
  attachedTo: z
    .object({ pid: z.number().int(), program: z.string() })
    .nullable()
    .describe('the other process that runs this store, and is only used here'),
  pid: z.number().int().nullable(),
  startedAt: z.string().nullable(),
  restarts: z.number().int(),
  token: z.string().nullable().describe('rw'),
  readOnlyToken: z.string().nullable(),
  writers: z.number().int().describe('clients that wrote in the last 10 s'),
  waiting: z.number().int().describe('writes in the gate'),
  commitsPerSecond: z.number(),
  rowsPerSecond: z.number(),
  waitP50Ms: z.number().nullable().describe('how long writes waited in the last 10 s; null: nobody wrote'),
  waitP95Ms: z.number().nullable(),
  waitP99Ms: z.number().nullable(),
  statementsPerCommit: z
    .number()
    .nullable()
    .describe('in the last 10 s: writes of several clients share a commit'),
  commits: z.number().int(),
  groupedCommits: z.number().int().describe('of the commits, those that several writes shared'),
  rows: z.number().int().describe('written since the start'),
  errors: z.number().int().describe('writes that were refused or failed, since the start'),
  /** Who wrote in the last 10 s, most rows first. */
  clients: z
    .array(
      z.object({
        name: z.string().describe('x-stepscope-client, else address and port'),
        writes: z.number().int(),
        rows: z.number().int(),
        errors: z.number().int(),
      }),
    )
    .max(20),
  dataBytes: z.number().nullable(),
  walBytes: z.number().nullable(),
  /** What the store is to others, and how far it or they are. */
  replication: replicationState,
  failure: failure.nullable(),
  care: careState,
  log: z.array(z.object({ at: z.string(), line: z.string() })).describe('the last 200 lines'),
});
export type StoreStatus = z.infer<typeof storeStatus>;

/** What main tells the window. */
export const shellEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), id: commandId }),
  /** Open these (second instance, file association, a recent item of the native menu). */
  z.object({ kind: z.literal('open'), specs: z.array(sourceSpec) }),
  z.object({
    kind: z.literal('engine'),
    state: z.enum(['starting', 'ready', 'restarting', 'failed']),
    detail: z.string(),
  }),
  z.object({ kind: z.literal('settings'), settings }),
]);
export type ShellEvent = z.infer<typeof shellEvent>;

export const fileEntry = z.object({
  name: z.string(),
  path: z.string(),
  kind: z.enum(['file', 'folder']),
  bytes: z.number().nullable(),
  modifiedAt: z.string().nullable(),
});

const droppedFile = z.object({ name: z.string(), bytes: z.number(), modifiedMs: z.number() });
/** What a page is told of what was dropped on it. `names` and `files`: some of those in a folder. */
export const droppedItem = z.discriminatedUnion('kind', [
  droppedFile.extend({ kind: z.literal('file') }),
  z.object({
    kind: z.literal('folder'),
    name: z.string(),
    names: z.array(z.string()).max(1_000),
    files: z.array(droppedFile).max(10),
  }),
]);
/** More places of one are not told. */
export const mostCopies = 12;
export type DroppedItem = z.infer<typeof droppedItem>;

/** What a dialog says: its title, and the verb on its button. */
const pickWords = { title: z.string(), action: z.string() };
export const pickOpenInput = z.object({ kind: z.enum(['file', 'folder']), ...pickWords });
export const pickSaveInput = z.object({ suggestedName: z.string(), ...pickWords });
export type PickOpen = z.infer<typeof pickOpenInput>;
export type PickSave = z.infer<typeof pickSaveInput>;

export const shell = {
  capabilities: procedure.output(capabilities),
  /** What the start asked to open, if anything, and the engine's state at once; then whatever happens. */
  events: procedure.output(eventIterator(shellEvent)),
  /** Native pickers; only where `nativeDialogs`. Null: cancelled. */
  pickOpen: procedure.input(pickOpenInput).output(z.array(z.string()).nullable()),
  pickSave: procedure.input(pickSaveInput).output(z.string().nullable()),
  /** The machine's folders, for the in-page picker of serve. Stays under the root by real path. */
  listFolder: procedure.input(z.object({ path: z.string().nullable() })).output(
    z.object({
      path: z.string(),
      parent: z.string().nullable(),
      entries: z.array(fileEntry).max(5_000),
      more: z.number().int(),
    }),
  ),
  /** Where each of what was dropped may lie, where the shell is not told it: found by name, size and time. Several: copies of each other. */
  findDropped: procedure
    .input(z.object({ items: z.array(droppedItem).min(1).max(1_000) }))
    .output(z.array(z.array(z.string()).max(mostCopies))),
  openExternal: procedure.input(z.object({ url: z.string() })).output(z.void()),
  revealInFolder: procedure.input(z.object({ path: z.string() })).output(z.void()),
  copyText: procedure.input(z.object({ text: z.string() })).output(z.void()),
  settings: procedure.output(settings),
  changeSettings: procedure.input(settingsPatch).output(settings),
  /** Deletes the demo traces from the live store. Gives how many sessions went. */
  removeDemo: procedure.output(z.number().int()),
  recent: procedure.output(z.array(recentItem)),
  rememberRecent: procedure.input(z.object({ specs: z.array(sourceSpec) })).output(z.void()),
  clearRecent: procedure.output(z.void()),
  /** Which commands can run now, for the native menu. */
  setCommandState: procedure
    .input(
      z.object({ enabled: z.record(z.string(), z.boolean()), checked: z.record(z.string(), z.boolean()) }),
    )
    .output(z.void()),
  watchStore: procedure.output(eventIterator(storeStatus)),
  controlStore: procedure.input(z.object({ action: z.enum(['start', 'stop', 'restart']) })).output(z.void()),
  ...replicationProcedures,
  ...storeCareContract,
  /** Starts an engine that was given up. */
  controlEngine: procedure.input(z.object({ action: z.literal('start') })).output(z.void()),
  quit: procedure.output(z.void()),
};
