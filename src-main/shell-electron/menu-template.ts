import { type Command, type CommandId, commandIds, commandOf, type SourceSpec } from '../contract';

/** What the window said about its commands, and the files opened lately: all that the menu depends on. */
export interface MenuState {
  readonly enabled: Readonly<Record<string, boolean>>;
  readonly checked: Readonly<Record<string, boolean>>;
  readonly recent: readonly RecentEntry[];
}
export interface RecentEntry {
  readonly spec: SourceSpec;
  readonly label: string;
}
export interface MenuActions {
  command(id: CommandId): void;
  open(spec: SourceSpec): void;
}

type Item = Electron.MenuItemConstructorOptions;
type MenuName = NonNullable<Command['menu']>;

const separator: Item = { type: 'separator' };
/** The edit roles own these keys: in a text field they must go on to work. */
const keysOfRoles = new Set(['CmdOrCtrl+A', 'CmdOrCtrl+C', 'CmdOrCtrl+V', 'CmdOrCtrl+X', 'CmdOrCtrl+Z']);

/** Plain keys (`f`, `g s`) are the page's: as accelerators they would be taken from its text fields. */
export function acceleratorOf(command: Command): string | undefined {
  return command.keys?.find((keys) => /^(CmdOrCtrl|Alt)\+/.test(keys) && !keysOfRoles.has(keys));
}

export function isCommandEnabled(id: CommandId, enabled: MenuState['enabled']): boolean {
  return enabled[id] ?? (commandOf(id).when ?? 'always') === 'always';
}

export function buildMenuTemplate(state: MenuState, actions: MenuActions, platform: NodeJS.Platform): Item[] {
  const itemOf = (id: CommandId): Item => {
    const command = commandOf(id);
    const accelerator = acceleratorOf(command);
    const common = {
      id,
      label: command.title,
      enabled: isCommandEnabled(id, state.enabled),
      ...(accelerator === undefined ? {} : { accelerator }),
    };
    if (id === 'file.openRecent')
      return { id, label: command.title, submenu: recentItems(state.recent, actions) };
    const click = () => actions.command(id);
    if (!command.checkable) return { ...common, click };
    return { ...common, type: 'checkbox', checked: state.checked[id] ?? false, click };
  };
  /** The commands of one menu, a line between their groups. */
  const itemsOf = (menu: MenuName, skipped: readonly CommandId[] = []): Item[] => {
    const ids = commandIds.filter((id) => commandOf(id).menu === menu && !skipped.includes(id));
    return ids.flatMap((id, index) => {
      const before = ids[index - 1];
      const isNewGroup = before !== undefined && commandOf(before).group !== commandOf(id).group;
      return isNewGroup ? [separator, itemOf(id)] : [itemOf(id)];
    });
  };

  const isMac = platform === 'darwin';
  const about = itemOf('help.about');
  const applicationMenu: Item = {
    label: 'Stepscope',
    submenu: [
      about,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  };
  const edit: Item[] = [
    { role: 'undo' },
    { role: 'redo' },
    separator,
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
    separator,
  ];
  const zoom: Item[] = [
    separator,
    { role: 'resetZoom' },
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    separator,
    { role: 'togglefullscreen' },
    { role: 'toggleDevTools' },
  ];
  const end: Item = isMac ? { role: 'close', label: 'Close Window' } : { role: 'quit' };
  return [
    ...(isMac ? [applicationMenu] : []),
    { label: '&File', submenu: [...itemsOf('file', ['file.clearRecent']), separator, end] },
    { label: '&Edit', submenu: [...edit, ...itemsOf('edit')] },
    { label: '&View', submenu: [...itemsOf('view'), ...zoom] },
    { label: 'E&xport', submenu: itemsOf('export') },
    { label: '&Go', submenu: itemsOf('go') },
    ...(isMac ? [{ role: 'windowMenu' } satisfies Item] : []),
    { role: 'help', label: '&Help', submenu: itemsOf('help', isMac ? ['help.about'] : []) },
  ];
}

function recentItems(recent: readonly RecentEntry[], actions: MenuActions): Item[] {
  const id: CommandId = 'file.clearRecent';
  const items = recent.slice(0, 15).map(
    ({ spec, label }, index): Item => ({
      id: `recent.${index}`,
      // An ampersand marks a key in a label.
      label: label.replaceAll('&', '&&'),
      click: () => actions.open(spec),
    }),
  );
  const none: Item[] = [{ label: 'Nothing opened yet', enabled: false }];
  const isEmpty = items.length === 0;
  const clear: Item = {
    id,
    label: commandOf(id).title,
    enabled: !isEmpty,
    click: () => actions.command(id),
  };
  return [...(isEmpty ? none : items), separator, clear];
}
