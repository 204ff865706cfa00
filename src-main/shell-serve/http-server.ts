import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { dataSocketPath, shellSocketPath } from '../contract/wire';
import { type Refusal, refusePage, refuseSocket } from './request-check';
import { securityHeaders } from './security-headers';
import { listStaticFiles, sendFile } from './static-files';
import type { Tickets } from './tickets';

export const ticketPath = '/open/';

export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

export interface ServeHandlers {
  readonly rendererFolder: string;
  readonly token: string;
  readonly tickets: Tickets;
  readonly onShellSocket: (upgrade: UpgradeRequest) => void;
  readonly onDataSocket: (upgrade: UpgradeRequest) => void;
  readonly onRefused: (refusal: Refusal) => void;
}

/** The page's files over HTTP, and two checked WebSocket addresses. Not listening yet. */
export function createServeServer(handlers: ServeHandlers): Server {
  const files = listStaticFiles(handlers.rendererFolder);
  const server = createServer((request, response) => {
    const refusal = refusePage(request);
    if (refusal !== undefined) {
      handlers.onRefused(refusal);
      return answer(response, refusal.status, refusal.reason);
    }
    for (const [name, value] of Object.entries(securityHeaders(request.headers.host ?? '')))
      response.setHeader(name, value);
    const address = addressOf(request);
    if (address.startsWith(ticketPath)) return redeem(handlers, address, response);
    const path = files.get(address);
    if (path === undefined) return answer(response, 404, 'Nothing is served at this address');
    // The page may go away, and files may be built anew, while one is sent.
    sendFile(response, address, path).catch(() => response.destroy());
  });
  server.on('upgrade', (request, socket, head) => upgrade(handlers, request, socket, head));
  return server;
}

function redeem(handlers: ServeHandlers, address: string, response: ServerResponse): void {
  if (handlers.tickets.redeem(address.slice(ticketPath.length)))
    response.writeHead(303, { location: `/#token=${handlers.token}`, 'cache-control': 'no-store' }).end();
  else answer(response, 404, 'This address was used already. The address with the token still works.');
}

function upgrade(handlers: ServeHandlers, request: IncomingMessage, stream: Duplex, head: Buffer): void {
  if (!(stream instanceof Socket)) throw new Error('an upgrade came on something that is no TCP socket');
  const socket = stream;
  // The page may go away in the middle of the handshake.
  const drop = (): void => void socket.destroy();
  socket.on('error', drop);
  const refusal = refuseSocket(request, handlers.token);
  if (refusal !== undefined) {
    handlers.onRefused(refusal);
    refuseUpgrade(socket, refusal.status, refusal.reason);
    return;
  }
  const address = addressOf(request);
  if (address === shellSocketPath) handlers.onShellSocket({ request, socket, head });
  else if (address === dataSocketPath) handlers.onDataSocket({ request, socket, head });
  else refuseUpgrade(socket, 404, 'Nothing is served at this address');
}

export function refuseUpgrade(socket: Socket, status: number, reason: string): void {
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${Buffer.byteLength(reason)}`,
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${reason}`);
}

function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${text}\n`);
}

/** The decoded path; what cannot be decoded is no address of ours. */
function addressOf(request: IncomingMessage): string {
  try {
    return decodeURIComponent((request.url ?? '/').split('?', 1)[0] ?? '/');
  } catch {
    return '';
  }
}
