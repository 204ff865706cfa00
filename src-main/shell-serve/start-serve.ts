import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { ExpectedError } from '../../db/model';
import { dataRoot, entryPath } from '../../db/runtime';
import { type Capabilities, type SourceSpec, socketProtocol } from '../contract';
import {
  type Application,
  claimInstance,
  createApplication,
  createShellRouter,
  Endings,
  type InstanceAddresses,
  listenOnLoopback,
} from '../core/app';
import { openInBrowser } from './browser';
import { forkChildrenOf } from './fork-child';
import { createServeServer, refuseUpgrade, ticketPath, type UpgradeRequest } from './http-server';
import { createTickets } from './tickets';
import { makeToken } from './token';

export interface StartOptions {
  readonly specs: readonly SourceSpec[];
  /** The HTTP port that was asked for; absent: a free one. */
  readonly port?: number;
  /** What the in-page file picker may browse. */
  readonly browseRoot: string;
  readonly version: string;
  /** Fill a live store that this start makes with demo traces. */
  readonly demo: boolean;
  readonly dataRoot?: string;
  readonly rendererFolder?: string;
}

export interface Serve extends AsyncDisposable {
  readonly kind: 'first';
  readonly application: Application<Socket>;
  /** With the token in its fragment. */
  readonly url: string;
  /** Works once, and gives the token: for a command line, which others can read. */
  ticketUrl(): string;
  /** True once a page has connected. */
  hasShownPage(): boolean;
  /** Resolves when the page asked to quit. */
  readonly quit: Promise<void>;
}

/** Another Stepscope has the data folder; the sources were handed to it. */
export interface AlreadyRunning {
  readonly kind: 'running';
  readonly pid: number;
  readonly url: string | null;
  readonly ticketUrl: string | null;
}

/** Starts the application behind a loopback server. */
export async function startServe(options: StartOptions): Promise<Serve | AlreadyRunning> {
  const root = options.dataRoot ?? dataRoot();
  const rendererFolder = options.rendererFolder ?? join(dirname(entryPath('cli')), '../renderer');
  if (!existsSync(join(rendererFolder, 'index.html'))) throw notBuilt(rendererFolder);
  await using endings = new Endings();
  let openSecond = (_specs: SourceSpec[]): InstanceAddresses => ({ url: null, ticketUrl: null });
  const claim = await claimInstance({
    dataRoot: root,
    specs: options.specs,
    onSecond: (specs) => openSecond(specs),
  });
  if (claim.kind === 'running') return claim;
  endings.add(() => claim[Symbol.asyncDispose]());
  const serve = await serveFirst({ ...options, root, rendererFolder }, endings);
  openSecond = (specs) => {
    serve.application.open(specs);
    return { url: serve.url, ticketUrl: serve.ticketUrl() };
  };
  const moved = endings.move();
  return { ...serve, [Symbol.asyncDispose]: () => moved[Symbol.asyncDispose]() };
}

interface FirstOptions extends StartOptions {
  readonly root: string;
  readonly rendererFolder: string;
}

async function serveFirst(
  options: FirstOptions,
  endings: Endings,
): Promise<Omit<Serve, typeof Symbol.asyncDispose>> {
  const token = makeToken();
  const tickets = createTickets();
  let quit = (): void => {};
  const quitAsked = new Promise<void>((resolve) => {
    quit = resolve;
  });
  const pages = new WebSocketServer({
    noServer: true,
    maxPayload: 1024 * 1024,
    perMessageDeflate: false,
    handleProtocols: () => socketProtocol,
  });
  // The port is taken before any child is started: a taken one leaves nothing behind.
  let onShellSocket = (upgrade: UpgradeRequest): void => refuseUpgrade(upgrade.socket, 503, 'Starting');
  let onDataSocket = onShellSocket;
  let hasShownPage = false;
  let onRefused = (_reason: string): void => {};
  const server = createServeServer({
    rendererFolder: options.rendererFolder,
    token,
    tickets,
    onShellSocket: (upgrade) => onShellSocket(upgrade),
    onDataSocket: (upgrade) => onDataSocket(upgrade),
    onRefused: ({ reason }) => onRefused(reason),
  });
  const { port } = await listenOnLoopback(server, options.port ?? 0);
  endings.add(() => {
    // Not waited for: a socket that was handed to the engine counts as open here for ever.
    server.close();
    server.closeAllConnections();
  });

  const application = createApplication<Socket>({
    dataRoot: options.root,
    demo: options.demo,
    forkChild: forkChildrenOf(join(options.root, 'logs')),
  });
  endings.add(() => application[Symbol.asyncDispose]());
  endings.add(() => {
    for (const page of pages.clients) page.close(1001, 'Stepscope ends');
    pages.close();
  });
  application.open(options.specs);

  const capabilities: Capabilities = {
    nativeDialogs: false,
    nativeMenu: false,
    dropPaths: false,
    clipboard: false,
    revealInFolder: false,
    platform: process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux',
    version: options.version,
  };
  const handler = new RPCHandler(
    createShellRouter(application, {
      capabilities: () => capabilities,
      browseRoot: options.browseRoot,
      openExternal: async (url) => {
        await openInBrowser(url);
      },
      quit,
    }),
  );
  onRefused = (reason) => application.log('request.refused', { reason });
  onShellSocket = ({ request, socket, head }) => {
    pages.handleUpgrade(request, socket, head, (page) => {
      hasShownPage = true;
      page.on('error', (error) => application.log('page.error', { message: error.message }));
      void handler.upgrade(page);
    });
  };
  onDataSocket = ({ request, socket, head }) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).flatMap(([name, value]) =>
        typeof value === 'string' ? [[name, value]] : [],
      ),
    );
    const message = {
      type: 'socket',
      url: request.url ?? '/',
      headers,
      head: head.toString('base64'),
    } as const;
    // The page asks again after a pause.
    if (!application.engine.connect(message, socket)) refuseUpgrade(socket, 503, 'The engine is starting');
  };
  const address = `http://127.0.0.1:${port}`;
  return {
    kind: 'first',
    application,
    url: `${address}/#token=${token}`,
    ticketUrl: () => `${address}${ticketPath}${tickets.issue()}`,
    hasShownPage: () => hasShownPage,
    quit: quitAsked,
  };
}

function notBuilt(folder: string): ExpectedError {
  return new ExpectedError('SOURCE_NOT_FOUND', `The page of Stepscope is not in ${folder}.`, {
    path: folder,
    action: 'Run npm run build.',
  });
}
