import { EventEmitter } from 'node:events';
import { roles } from './menu-roles';
import { loud } from './state';
import type { BrowserWindow } from './window';

type Options = Electron.MenuItemConstructorOptions;

export class MenuItem {
  id: string;
  label: string;
  role: string | undefined;
  type: NonNullable<Options['type']>;
  accelerator: string | null;
  enabled: boolean;
  visible: boolean;
  checked: boolean;
  registerAccelerator: boolean;
  submenu: Menu | undefined;
  readonly click: (event?: unknown, window?: BrowserWindow) => void;

  constructor(options: Options) {
    const role = options.role === undefined ? undefined : roles[options.role.toLowerCase()];
    if (options.role !== undefined && !role)
      throw new Error(`ElectronDouble: menu role '${options.role}' is not implemented`);
    const submenu = options.submenu ?? role?.submenu;
    if (submenu !== undefined && !Array.isArray(submenu))
      throw new Error('ElectronDouble: a Menu as submenu is not implemented');
    this.role = options.role?.toLowerCase();
    this.submenu = submenu && Menu.buildFromTemplate(submenu);
    this.type = options.type ?? (this.submenu ? 'submenu' : 'normal');
    this.id = options.id ?? '';
    this.label = options.label ?? role?.label ?? '';
    this.accelerator = options.accelerator ?? role?.accelerator ?? null;
    this.enabled = options.enabled ?? true;
    this.visible = options.visible ?? true;
    this.checked = options.checked ?? false;
    this.registerAccelerator = options.registerAccelerator ?? true;
    this.click = (event, window) => {
      if (this.type === 'checkbox') this.checked = !this.checked;
      if (role?.run) role.run(window);
      else Reflect.apply(options.click ?? (() => undefined), undefined, [this, window, event ?? {}]);
    };
  }
  /** The page itself answers these keys. */
  get isNative(): boolean {
    return this.role !== undefined && roles[this.role]?.native === true;
  }
}

let applicationMenu: Menu | null = null;

export class Menu extends EventEmitter {
  readonly items: MenuItem[] = [];

  static buildFromTemplate(template: readonly (Options | Electron.MenuItem)[]): Menu {
    const menu = new Menu();
    for (const options of template) {
      if (!('label' in options) && !('role' in options) && options.type !== 'separator')
        throw new TypeError('Invalid template for MenuItem: must have at least one of label, role or type');
      menu.items.push(loud('MenuItem', new MenuItem(options as Options)));
    }
    return menu;
  }
  static setApplicationMenu(menu: Menu | null): void {
    applicationMenu = menu;
  }
  static getApplicationMenu(): Menu | null {
    return applicationMenu;
  }
  getMenuItemById(id: string): MenuItem | null {
    return this.all().find((item) => item.id === id) ?? null;
  }
  all(): MenuItem[] {
    return this.items.flatMap((item) => [item, ...(item.submenu?.all() ?? [])]);
  }
}

const keyNames: Readonly<Record<string, string>> = {
  plus: '+',
  space: ' ',
  esc: 'Escape',
  escape: 'Escape',
  enter: 'Enter',
  return: 'Enter',
  up: 'ArrowUp',
  down: 'ArrowDown',
  left: 'ArrowLeft',
  right: 'ArrowRight',
  delete: 'Delete',
  backspace: 'Backspace',
  tab: 'Tab',
};

/** A key press as the page reports it. */
export interface Key {
  readonly key: string;
  readonly ctrl: boolean;
  readonly shift: boolean;
  readonly alt: boolean;
  readonly meta: boolean;
}

function parseAccelerator(accelerator: string): Key {
  const isMac = process.platform === 'darwin';
  const parts = accelerator.split('+').map((part) => part.trim().toLowerCase());
  const has = (...names: string[]) => names.some((name) => parts.includes(name));
  const commandOrControl = has('cmdorctrl', 'commandorcontrol');
  const last = parts.at(-1) ?? '';
  return {
    key: keyNames[last] ?? last.replace(/^f(\d+)$/, 'F$1'),
    ctrl: has('ctrl', 'control') || (commandOrControl && !isMac),
    meta: has('cmd', 'command', 'meta', 'super') || (commandOrControl && isMac),
    shift: has('shift'),
    alt: has('alt', 'option'),
  };
}

function hasKey(item: MenuItem, pressed: Key): boolean {
  if (!item.accelerator || !item.enabled || !item.registerAccelerator || item.isNative || item.submenu)
    return false;
  const wanted = parseAccelerator(item.accelerator);
  const key = pressed.key.length === 1 ? pressed.key.toLowerCase() : pressed.key;
  // '+' or '?': the shift that makes the character is not counted.
  const isSymbol = key.length === 1 && !/[a-z0-9 ]/.test(key);
  return (
    wanted.key === key &&
    wanted.ctrl === pressed.ctrl &&
    wanted.alt === pressed.alt &&
    wanted.meta === pressed.meta &&
    (wanted.shift === pressed.shift || isSymbol)
  );
}

/** The item of the application menu that a key press reaches when no script of the page took it. */
export function itemOfKey(pressed: Key): MenuItem | undefined {
  return applicationMenu?.all().find((item) => hasKey(item, pressed));
}
