/** What belongs to the desktop: dialogs, the system's own programs, theme, clipboard, displays. Objects and events, nothing is drawn. */
import { EventEmitter } from 'node:events';
import { loud, state } from './state';
import { BrowserWindow } from './window';

function unanswered(method: string): (...parameters: unknown[]) => Promise<never> {
  return async (...parameters) => {
    throw new Error(
      `ElectronDouble: dialog.${method} was called and the test gave no answer: ${JSON.stringify(parameters.at(-1))}`,
    );
  };
}

export const dialog = loud('dialog', {
  showOpenDialog: unanswered('showOpenDialog'),
  showSaveDialog: unanswered('showSaveDialog'),
  showErrorBox: (title: string, content: string): void => {
    console.error(`[dialog.showErrorBox] ${title}\n${content}`);
  },
});

export const shell = loud('shell', {
  openExternal: async (url: string): Promise<void> => {
    console.log(`[shell.openExternal] ${url}`);
  },
  showItemInFolder: (path: string): void => {
    console.log(`[shell.showItemInFolder] ${path}`);
  },
});

class NativeTheme extends EventEmitter {
  get themeSource(): 'system' | 'light' | 'dark' {
    return state.colorScheme;
  }
  set themeSource(source) {
    if (source === state.colorScheme) return;
    state.colorScheme = source;
    for (const window of BrowserWindow.getAllWindows()) window.webContents.showColorScheme();
    this.emit('updated');
  }
  get shouldUseDarkColors(): boolean {
    return state.colorScheme === 'dark';
  }
}
export const nativeTheme = new NativeTheme();

let copied = '';
export const clipboard = loud('clipboard', {
  readText: async (): Promise<string> => copied,
  writeText: async (text: string): Promise<void> => {
    copied = text;
  },
});

const display = {
  id: 1,
  bounds: { x: 0, y: 0, width: 3_840, height: 2_160 },
  workArea: { x: 0, y: 0, width: 3_840, height: 2_120 },
};
export const screen = loud('screen', {
  getAllDisplays: () => [display],
  getPrimaryDisplay: () => display,
});
