import { state } from './state';
import type { BrowserWindow } from './window';

type Options = Electron.MenuItemConstructorOptions;

interface Role {
  readonly label: string;
  readonly accelerator?: string;
  /** The page handles these keys itself, as with the real thing. */
  readonly native?: boolean;
  readonly submenu?: Options[];
  readonly run?: (window: BrowserWindow | undefined) => void;
}

function edit(label: string, command: string, accelerator?: string): Role {
  return {
    label,
    native: true,
    ...(accelerator === undefined ? {} : { accelerator }),
    run: (window) => window?.webContents.editCommand(command),
  };
}

/** The roles that the application's menus use. */
export const roles: Readonly<Record<string, Role>> = {
  about: { label: 'About' },
  services: { label: 'Services' },
  hide: { label: 'Hide' },
  hideothers: { label: 'Hide Others' },
  unhide: { label: 'Show All' },
  quit: { label: 'Quit', accelerator: 'CommandOrControl+Q', run: () => state.application.quit() },
  close: { label: 'Close', accelerator: 'CommandOrControl+W', run: (window) => window?.close() },
  minimize: { label: 'Minimize', accelerator: 'CommandOrControl+M', run: (window) => window?.minimize() },
  zoom: { label: 'Zoom' },
  front: { label: 'Bring All to Front' },
  undo: edit('Undo', 'undo', 'CommandOrControl+Z'),
  redo: edit('Redo', 'redo', 'Shift+CommandOrControl+Z'),
  cut: edit('Cut', 'cut', 'CommandOrControl+X'),
  copy: edit('Copy', 'copy', 'CommandOrControl+C'),
  paste: edit('Paste', 'paste', 'CommandOrControl+V'),
  selectall: edit('Select All', 'selectAll', 'CommandOrControl+A'),
  toggledevtools: { label: 'Toggle Developer Tools', accelerator: 'Ctrl+Shift+I' },
  resetzoom: {
    label: 'Actual Size',
    accelerator: 'CommandOrControl+0',
    run: (window) => window?.webContents.setZoomLevel(0),
  },
  zoomin: {
    label: 'Zoom In',
    accelerator: 'CommandOrControl+Plus',
    run: (window) => window?.webContents.setZoomLevel(window.webContents.getZoomLevel() + 0.5),
  },
  zoomout: {
    label: 'Zoom Out',
    accelerator: 'CommandOrControl+-',
    run: (window) => window?.webContents.setZoomLevel(window.webContents.getZoomLevel() - 0.5),
  },
  togglefullscreen: {
    label: 'Toggle Full Screen',
    accelerator: 'F11',
    run: (window) => window?.setFullScreen(!window.isFullScreen()),
  },
  windowmenu: { label: 'Window', submenu: [{ role: 'minimize' }, { role: 'zoom' }, { role: 'close' }] },
  help: { label: 'Help' },
};
