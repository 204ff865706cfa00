/** Electron's main process, step by step. */
import { join } from 'node:path';
import { app, protocol, session } from 'electron';
import type { SourceSpec } from '../contract';
import { claimInstance, dataRoot, type InstanceClaim } from '../core/app';
import { appSchemePrivileges, closeSession } from './app-session';
import { specsOf } from './command-line';
import { type Desktop, startDesktop } from './desktop';
import { guardNavigation } from './navigation';
import { openOutside, openOwnPage } from './shell-abilities';

const distFolder = join(app.getAppPath(), 'dist');
const root = dataRoot(process.env, process.platform);
// The words after the application; unpackaged, the first is the application's own folder.
const specs = specsOf(process.argv.slice(process.defaultApp ? 2 : 1), process.cwd());

app.enableSandbox();
app.commandLine.appendSwitch('disable-background-networking');
app.setPath('userData', join(root, 'window'));
protocol.registerSchemesAsPrivileged([appSchemePrivileges]);

start().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  app.exit(1);
});

async function start(): Promise<void> {
  let desktop: Desktop | undefined;
  let endClaim = async (): Promise<void> => {};
  const open = (wanted: readonly SourceSpec[]) => {
    desktop?.showWindow();
    desktop?.open(wanted);
  };

  app.on('web-contents-created', (_event, contents) => guardNavigation(contents, leave));
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
    closing.then(endClaim).then(
      () => app.exit(0),
      () => app.exit(1),
    );
  });

  // Before anything of the data folder is touched: Electron's own lock knows nothing of `stepscope serve`.
  const claim = await claimInstance({
    dataRoot: root,
    specs,
    onSecond: (wanted) => {
      if (desktop) open(wanted);
      else specs.push(...wanted);
      return { url: null, ticketUrl: null };
    },
  });
  if (claim.kind === 'running') return leaveToFirst(claim);
  endClaim = async () => claim[Symbol.asyncDispose]();
  await app.whenReady();
  closeSession(session.defaultSession, join(distFolder, 'renderer'));
  desktop = startDesktop({ dataRoot: root, distFolder });
  open(specs);
}

/** Somebody runs on this data folder and has the paths now: its window, or its page in the browser, is the one to look at. */
async function leaveToFirst({
  pid,
  url,
  ticketUrl,
}: Extract<InstanceClaim, { kind: 'running' }>): Promise<void> {
  process.stdout.write(`Stepscope is running already (process ${pid}): ${url ?? 'in its window'}\n`);
  if (ticketUrl !== null) {
    await app.whenReady();
    await openOwnPage(ticketUrl);
  }
  app.exit(0);
}

function leave(url: string): void {
  openOutside(url).catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
}
