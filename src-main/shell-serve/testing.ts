import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import {
  type DataContract,
  dataSocketPath,
  type ShellContract,
  shellSocketPath,
  socketProtocols,
} from '../contract';
import { type Serve, type StartOptions, startServe } from './start-serve';

/** A folder of its own, removed at the end. */
export function makeFolder(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'stepscope-serve-'));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export type OpenServe = Serve & { readonly folder: string };

/** The serve shell as `stepscope serve` starts it, on a free port and a data folder of its own. */
export async function openServe(options: Partial<StartOptions> = {}): Promise<OpenServe> {
  const folder = makeFolder();
  const started = await startServe({
    specs: [],
    browseRoot: folder.path,
    version: '0.0.0',
    demo: false,
    dataRoot: join(folder.path, 'home'),
    rendererFolder: join(process.env.STEPSCOPE_DIST ?? '', '../renderer'),
    ...options,
  });
  if (started.kind !== 'first') throw new Error('somebody runs in a fresh folder');
  return {
    ...started,
    folder: folder.path,
    [Symbol.asyncDispose]: async () => {
      await started[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

export function tokenOf(serve: Serve): string {
  return new URL(serve.url).hash.slice('#token='.length);
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A raw request: no client library tidies its path or its headers. */
export function ask(
  serve: Serve,
  path: string,
  headers: Record<string, string> = {},
  method = 'GET',
): Promise<Answer> {
  const { port } = new URL(serve.url);
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, headers, method }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
      );
    });
    asked.on('error', reject).end();
  });
}

export interface SocketOptions {
  readonly token?: string;
  readonly origin?: string;
  readonly host?: string;
}

/** Resolves with the open socket, or with the status that refused it. */
export function openSocket(
  serve: Serve,
  path: string,
  options: SocketOptions = {},
): Promise<WebSocket | number> {
  const { host } = new URL(serve.url);
  const { token = tokenOf(serve), origin = `http://${host}` } = options;
  const socket = new WebSocket(`ws://${host}${path}`, socketProtocols(token), {
    headers: { ...(origin !== '' && { origin }), ...(options.host !== undefined && { host: options.host }) },
  });
  return new Promise((resolve, reject) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (asked, response) => {
      resolve(response.statusCode ?? 0);
      asked.destroy();
    });
    socket.once('error', reject);
  });
}

async function clientOf(serve: Serve, path: string) {
  const socket = await openSocket(serve, path);
  if (typeof socket === 'number') throw new Error(`${path} was refused with ${socket}`);
  // The link is written for a browser's WebSocket, whose events these are.
  return {
    link: new RPCLink({ websocket: socket as unknown as globalThis.WebSocket }),
    close: () => socket.terminate(),
  };
}

export async function openShellClient(serve: Serve) {
  const { link, close } = await clientOf(serve, shellSocketPath);
  const client: ContractRouterClient<ShellContract> = createORPCClient(link);
  return { client, [Symbol.dispose]: close };
}

export async function openDataClient(serve: Serve) {
  const { link, close } = await clientOf(serve, dataSocketPath);
  const client: ContractRouterClient<DataContract> = createORPCClient(link);
  return { client, [Symbol.dispose]: close };
}

/** Resolves once the engine says that it is in this state. */
export function engineIs(serve: Serve, state: 'ready' | 'restarting' | 'failed'): Promise<void> {
  return new Promise((resolve) => {
    const stop = serve.application.onEvent((event) => {
      if (event.kind !== 'engine' || event.state !== state) return;
      stop();
      resolve();
    });
    if (serve.application.engine.state === state) {
      stop();
      resolve();
    }
  });
}
