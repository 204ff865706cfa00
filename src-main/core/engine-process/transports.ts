import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import type { SupportedMessagePort } from '@orpc/client/message-port';
import { onError } from '@orpc/server';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { socketProtocol } from '../../contract/wire';
import type { DataRouter, LogFunction } from '../engine';
import type { EngineCommand } from '../engine-protocol';

type SocketCommand = Extract<EngineCommand, { type: 'socket' }>;

/** Larger requests are refused: a selection of 10,000 sessions is about 1 MB. */
const LARGEST_REQUEST_BYTES = 16 * 1024 * 1024;

/** The data router over its two wires: ports of Electron and sockets of serve. */
export class Transports implements Disposable {
  private readonly ports: PortHandler<Record<never, never>>;
  private readonly sockets: SocketHandler<Record<never, never>>;
  private readonly server = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_REQUEST_BYTES,
    perMessageDeflate: false,
    handleProtocols: () => socketProtocol,
  });

  constructor(
    router: DataRouter,
    private readonly log: LogFunction,
  ) {
    this.ports = new PortHandler(router, { interceptors: [onError((error) => this.logFault(error))] });
    this.sockets = new SocketHandler(router, {
      interceptors: [onError((error) => this.logFault(error))],
    });
  }

  /** A window's data port. */
  takePort(port: unknown): void {
    if (!isPort(port)) throw new Error('a port message came without its port');
    this.ports.upgrade(port);
    if ('start' in port && typeof port.start === 'function') port.start();
  }

  /** A raw socket whose upgrade request was checked by the serve process. */
  takeSocket(command: SocketCommand, socket: unknown): void {
    // The page may have gone while the socket was on its way.
    if (!(socket instanceof Socket)) return;
    const request = new IncomingMessage(socket);
    request.method = 'GET';
    request.url = command.url;
    request.headers = command.headers;
    this.server.handleUpgrade(request, socket, Buffer.from(command.head, 'base64'), (webSocket) => {
      webSocket.on('error', (error) => this.log({ event: 'socket', message: error.message }));
      void this.sockets.upgrade(webSocket);
    });
  }

  /** Closes every socket: their pages reject what is pending. */
  [Symbol.dispose](): void {
    for (const client of this.server.clients) client.close(1012, 'engine ends');
    this.server.close();
  }

  /** What the router did not turn into a typed error: a request that cannot be decoded, an output that breaks the contract. */
  private logFault(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const isKnown = error instanceof Error && 'defined' in error && error.defined === true;
    if (isKnown || code === 'BAD_REQUEST') return;
    this.log({ event: 'fault', code, message: error instanceof Error ? error.message : String(error) });
  }
}

function isPort(port: unknown): port is SupportedMessagePort {
  return typeof port === 'object' && port !== null && 'postMessage' in port;
}
