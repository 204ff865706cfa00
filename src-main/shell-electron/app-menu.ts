import { Menu } from 'electron';
import { type CommandId, commandIds } from '../contract';
import type { Application, CommandState } from '../core/app';
import type { Ports } from './children';
import { buildMenuTemplate, isCommandEnabled } from './menu-template';

export interface AppMenu {
  /** What the window says about its commands. */
  setState(state: CommandState): void;
  /** The recent files changed. */
  rebuild(): void;
}

/** The native menu: a click is told to the window, which knows what the command does. */
export function createAppMenu(application: Application<Ports>): AppMenu {
  let state: CommandState = { enabled: {}, checked: {} };

  const apply = (id: CommandId): void => {
    const item = Menu.getApplicationMenu()?.getMenuItemById(id);
    if (!item) return;
    if (id !== 'file.clearRecent') item.enabled = isCommandEnabled(id, state.enabled);
    item.checked = state.checked[id] ?? false;
  };
  const rebuild = (): void => {
    const recent = application.recent.list().filter((item) => item.exists);
    const actions = {
      command: (id: CommandId) => {
        // Electron has changed the mark by itself; only the window knows what it is now.
        apply(id);
        application.publish({ kind: 'command', id });
      },
      open: (spec: Parameters<typeof application.open>[0][number]) => application.open([spec]),
    };
    Menu.setApplicationMenu(
      Menu.buildFromTemplate(buildMenuTemplate({ ...state, recent }, actions, process.platform)),
    );
  };

  // Sources that a restarted engine was not asked for again are among the recent ones.
  application.onEvent((event) => {
    if (event.kind === 'engine' && event.state === 'ready') rebuild();
  });
  rebuild();
  return {
    setState: (next) => {
      state = next;
      for (const id of commandIds) apply(id);
    },
    rebuild,
  };
}
