import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen } from 'electron';
import { z } from 'zod';
import { type Application, openJsonFile } from '../core/app';
import type { Ports } from './children';
import { startPage, webPreferences } from './security-policy';
import { minimumSize, placeWindow, windowState } from './window-state';

const stateFile = z.object({ window: windowState.optional() });
/** So many ends of the page's process within a minute are no accident: it is not loaded again. */
const crashesBeforeGivingUp = 3;

export interface AppWindowOptions {
  readonly application: Application<Ports>;
  readonly preload: string;
  readonly onGivenUp: () => void;
}

/** The window, where and as it was when it was closed, shown once it has something to show. */
export function openAppWindow({ application, preload, onGivenUp }: AppWindowOptions): BrowserWindow {
  const { folder, log } = application;
  const file = openJsonFile(join(folder.root, 'window.json'), stateFile, log);
  const areas = screen.getAllDisplays().map((display) => display.workArea);
  const state = placeWindow(file.value.window, areas);
  const window = new BrowserWindow({
    ...state.bounds,
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'Stepscope',
    show: false,
    // The neutral behind the page, so that nothing flashes before the first paint.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181d' : '#ffffff',
    webPreferences: { ...webPreferences, preload },
  });
  window.once('ready-to-show', () => {
    if (state.isMaximised) window.maximize();
    window.show();
  });
  window.on('close', () =>
    file.write({ window: { bounds: window.getNormalBounds(), isMaximised: window.isMaximized() } }),
  );
  reloadAfterCrash(window, { application, onGivenUp });
  window.loadURL(startPage).catch((error: unknown) => log('window.loadFailed', { reason: String(error) }));
  return window;
}

function reloadAfterCrash(
  window: BrowserWindow,
  { application, onGivenUp }: Pick<AppWindowOptions, 'application' | 'onGivenUp'>,
): void {
  let crashes: number[] = [];
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    application.log('window.crashed', { reason, exitCode });
    const now = Date.now();
    crashes = [...crashes.filter((at) => now - at < 60_000), now];
    if (crashes.length < crashesBeforeGivingUp) window.webContents.reload();
    else onGivenUp();
  });
}
