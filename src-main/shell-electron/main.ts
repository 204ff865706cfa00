/** Electron's main process, step by step. */
import { join } from 'node:path';
import { app, protocol, session } from 'electron';
import type { SourceSpec } from '../contract';
import { dataRoot } from '../core/app';
import { appSchemePrivileges, closeSession } from './app-session';
import { handedOver, specsOf } from './command-line';
import { type Desktop, startDesktop } from './desktop';
import { guardNavigation } from './navigation';
import { openOutside } from './shell-abilities';

const distFolder = join(app.getAppPath(), 'dist');
const root = dataRoot(process.env, process.platform);
// The words after the application; unpackaged, the first is the application's own folder.
const specs = specsOf(process.argv.slice(process.defaultApp ? 2 : 1), process.cwd());

app.enableSandbox();
app.commandLine.appendSwitch('disable-background-networking');
app.setPath('userData', join(root, 'window'));
protocol.registerSchemesAsPrivileged([appSchemePrivileges]);

if (app.requestSingleInstanceLock({ specs })) start();
else app.quit();

function start(): void {
  let desktop: Desktop | undefined;
  const open = (wanted: readonly SourceSpec[]) => {
    desktop?.showWindow();
    desktop?.open(wanted);
  };

  app.on('web-contents-created', (_event, contents) => guardNavigation(contents, leave));
  app.on('second-instance', (_event, _words, _folder, handed) => {
    open(handedOver.safeParse(handed).data?.specs ?? []);
  });
  // macOS: a file dropped on the icon or opened by its type, possibly before the application is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    if (desktop) open([{ kind: 'path', path }]);
    else specs.push({ kind: 'path', path });
  });
  app.on('activate', () => desktop?.showWindow());
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', (event) => {
    if (!desktop) return;
    event.preventDefault();
    const closing = desktop.close();
    desktop = undefined;
    closing.then(
      () => app.exit(0),
      () => app.exit(1),
    );
  });

  app
    .whenReady()
    .then(() => {
      closeSession(session.defaultSession, join(distFolder, 'renderer'));
      desktop = startDesktop({ dataRoot: root, distFolder });
      open(specs);
    })
    .catch((error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      app.exit(1);
    });
}

function leave(url: string): void {
  openOutside(url).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
}
