/** The module that `electron` is in the main process of the double. */
import { App } from './app';
import { clipboard, dialog, nativeTheme, screen, shell } from './desktop';
import { Menu } from './menu';
import { MessageChannelMain } from './ports';
import { net, protocol } from './protocol';
import { session } from './session';
import { loud, state } from './state';
import { utilityProcess } from './utility';
import { BrowserWindow } from './window';

export const app = new App();
state.setApplication(app);

export const electron = loud('electron', {
  app: loud('app', app),
  BrowserWindow: loud('BrowserWindow', BrowserWindow),
  Menu: loud('Menu', Menu),
  MessageChannelMain,
  clipboard,
  dialog,
  nativeTheme,
  net,
  protocol,
  screen,
  session: loud('session', session),
  shell,
  utilityProcess,
});
