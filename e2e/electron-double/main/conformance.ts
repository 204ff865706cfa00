/** Compile time only: what the double has takes and gives the shapes of electron.d.ts. Nothing imports it at run time. */
import type { EventEmitter } from 'node:events';
import type { App } from './app';
import type { clipboard, dialog, nativeTheme, screen, shell } from './desktop';
import type { Menu, MenuItem } from './menu';
import type { MessageChannelMain, MessagePortMain } from './ports';
import type { net, protocol } from './protocol';
import type { session } from './session';
import type { UtilityProcess } from './utility';
import type { WebContents } from './web-contents';
import type { BrowserWindow } from './window';

/** In a signature, Electron's handles become the double's. */
type Ours<T> = T extends Electron.BrowserWindow
  ? BrowserWindow
  : T extends Electron.WebContents
    ? WebContents
    : T extends Electron.MenuItem
      ? MenuItem
      : T extends Electron.Menu
        ? Menu
        : T extends Electron.MessagePortMain
          ? MessagePortMain
          : T extends Promise<infer Value>
            ? Promise<Ours<Value>>
            : T extends (infer Item)[]
              ? Ours<Item>[]
              : T;
type Signature<T> = T extends (...values: infer Values) => infer Result
  ? (...values: { [Index in keyof Values]: Ours<Values[Index]> }) => Ours<Result>
  : Ours<T>;
/** The members that both have, but for those whose type is a bigger object of the double's own. */
type Common<Double, Real> = Exclude<
  keyof Double & keyof Real,
  keyof EventEmitter | 'prototype' | 'session' | 'webRequest' | 'protocol' | 'commandLine' | 'webContents'
>;
type Conforms<Double, Real, Except extends PropertyKey = never> = {
  [Key in Exclude<Common<Double, Real>, Except>]: Signature<Real[Key]>;
};
/** An error here names the member that does not conform. */
type Check<Double extends Wanted, Wanted> = [Double, Wanted];

export type Conformance = [
  Check<App, Conforms<App, Electron.App, 'getPath' | 'setPath'>>,
  Check<BrowserWindow, Conforms<BrowserWindow, Electron.BrowserWindow>>,
  Check<WebContents, Conforms<WebContents, Electron.WebContents>>,
  Check<Menu, Conforms<Menu, Electron.Menu>>,
  Check<
    MenuItem,
    Conforms<MenuItem, Electron.MenuItem, 'role' | 'type' | 'submenu' | 'accelerator' | 'click'>
  >,
  Check<MessagePortMain, Conforms<MessagePortMain, Electron.MessagePortMain>>,
  Check<MessageChannelMain, Conforms<MessageChannelMain, Electron.MessageChannelMain>>,
  Check<UtilityProcess, Conforms<UtilityProcess, Electron.UtilityProcess>>,
  Check<typeof dialog, Conforms<typeof dialog, Electron.Dialog>>,
  Check<typeof shell, Conforms<typeof shell, Electron.Shell>>,
  Check<typeof clipboard, Conforms<typeof clipboard, Electron.Clipboard>>,
  Check<typeof nativeTheme, Conforms<typeof nativeTheme, Electron.NativeTheme>>,
  Check<typeof screen, Conforms<typeof screen, Electron.Screen, 'getAllDisplays' | 'getPrimaryDisplay'>>,
  Check<typeof protocol, Conforms<typeof protocol, Electron.Protocol>>,
  Check<typeof net, Conforms<typeof net, Electron.Net, 'fetch'>>,
  Check<typeof session.defaultSession, Conforms<typeof session.defaultSession, Electron.Session>>,
];
