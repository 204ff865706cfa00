import { join } from 'node:path';
import { RPCHandler } from '@orpc/server/message-port';
import { app, type BrowserWindow, dialog, type MessagePortMain, nativeTheme } from 'electron';
import { type Application, createApplication, createShellRouter } from '../core/app';
import { createAppMenu } from './app-menu';
import { openAppWindow } from './app-window';
import { forkChild, type Ports } from './children';
import { electronAbilities } from './shell-abilities';
import { connectWindow } from './window-ports';

export interface Desktop {
  /** The window, made when there is none. */
  showWindow(): void;
  open(specs: Parameters<Application<Ports>['open']>[0]): void;
  close(): Promise<void>;
}

export interface DesktopOptions {
  readonly dataRoot: string;
  /** `dist`: the built preload lies beside the Node side. */
  readonly distFolder: string;
}

/** The application on this desktop: its core, its menu, its one window. */
export function startDesktop({ dataRoot, distFolder }: DesktopOptions): Desktop {
  const application = createApplication<Ports>({
    dataRoot,
    forkChild,
    demo: process.env.STEPSCOPE_DEMO !== '0',
    ...(app.isPackaged ? { sqldPath: join(process.resourcesPath, 'sqld') } : {}),
  });
  nativeTheme.themeSource = application.preferences.current.theme;
  const menu = createAppMenu(application);
  let window: BrowserWindow | undefined;

  const makeWindow = (): BrowserWindow => {
    const made = openAppWindow({ application, preload: join(distFolder, 'preload/preload.cjs'), onGivenUp });
    const router = createShellRouter(
      application,
      electronAbilities(() => made, menu),
    );
    const handler = new RPCHandler(router);
    const serveShell = (port: MessagePortMain) => {
      handler.upgrade(port, { context: {} });
      port.start();
    };
    connectWindow({ contents: made.webContents, application, serveShell });
    made.once('closed', () => {
      window = undefined;
    });
    return made;
  };

  return {
    showWindow: () => {
      window ??= makeWindow();
      if (window.isMinimized()) window.restore();
      window.focus();
    },
    open: (specs) => application.open(specs),
    close: async () => {
      await application[Symbol.asyncDispose]();
    },
  };
}

function onGivenUp(): void {
  dialog.showErrorBox(
    'The window ended repeatedly',
    'The process that draws the window ended three times within a minute and was not started again. Nothing that was opened has changed. Quit Stepscope and start it again; what happened is in the log in its data folder.',
  );
}
